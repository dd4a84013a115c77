"""A linear programme that is solved for many objectives, each from where the last one ended."""

from functools import cached_property

import highspy
import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_PRIMAL = 4  # another objective leaves a solution feasible: the primal simplex method goes on


class Programme:
    """Values within ``limits`` whose sums by the rows of ``matrix`` are all zero.

    A solution for another objective takes a few steps from the last one, where a fresh start takes
    thousands.

    Parameters
    ----------
    matrix
        (rows, values).
    limits
        The least and the greatest of each value, none of them infinite.
    """

    def __init__(self, matrix: scipy.sparse.csc_array, limits: tuple[Reals, Reals]) -> None:
        self._matrix = matrix
        self._limits = limits
        self.n_values = matrix.shape[1]

    def least(self, costs: Reals) -> Reals | None:
        """Return the values for which ``costs`` times them add up to least; None if not found."""
        if not self._matrix.shape[0]:
            return np.where(costs > 0, *self._limits)
        solver = self._solver
        solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(solver.getSolution().col_value)

    @cached_property
    def _solver(self) -> "_Quiet":
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self._matrix.shape
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_, model.col_upper_ = self._limits
        model.row_lower_ = model.row_upper_ = np.zeros(model.num_row_)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = self._matrix.indptr
        model.a_matrix_.index_ = self._matrix.indices
        model.a_matrix_.value_ = self._matrix.data
        solver = _Quiet()  # type: ignore[no-untyped-call]
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        solver.run()  # any values that are possible, found in the quickest way, are a start
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_strategy", _PRIMAL)
        return solver


class _Quiet(highspy.Highs):
    """A solver that does not introduce itself on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the solver's name, called when it is made
        self.setOptionValue("output_flag", False)
