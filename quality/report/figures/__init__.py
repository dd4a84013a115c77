"""Figures as plain geometry: every mark has its place before any SVG is written."""

from quality.report.figures.calibration import CalibrationPlot
from quality.report.figures.flow import Flow
from quality.report.figures.heatmap import Heatmap
from quality.report.figures.histogram import Histogram
from quality.report.figures.intervals import IntervalPlot
from quality.report.figures.m_u import MuPlot

Figure = IntervalPlot | Histogram | Heatmap | Flow | MuPlot | CalibrationPlot

__all__ = ["CalibrationPlot", "Figure", "Flow", "Heatmap", "Histogram", "IntervalPlot", "MuPlot"]
