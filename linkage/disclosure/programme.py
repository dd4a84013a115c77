"""A linear programme that is solved for many objectives, each from where the last one ended."""

from functools import cached_property

import highspy
import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

Places = NDArray[np.intp]
Reals = NDArray[np.float64]

_ZERO = 1e-9
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
        The least and the greatest of each value, which may be infinite; zero lies between them.
    """

    def __init__(self, matrix: scipy.sparse.csc_array, limits: tuple[Reals, Reals]) -> None:
        self._matrix = matrix
        self._limits = limits
        self.n_values = matrix.shape[1]
        self._none = np.zeros(self.n_values, dtype=bool)
        self.at_a_limit = self._none
        """Which values kept the last costs from adding up to less: they could not go on."""

    def within(self, columns: Places, most: float) -> "Programme":
        """Return the same with some of the values no further than ``most`` from zero."""
        low, high = (each.copy() for each in self._limits)
        low[columns], high[columns] = self._near(columns, most)
        return Programme(self._matrix, (low, high))

    def least(self, costs: Reals, most: float) -> Reals | None:
        """Return the values for which ``costs`` times them add up to least; None if not found.

        Those that have a cost are sought no further than ``most`` from zero: how far they could go
        beyond is not asked, and to find out takes the longest.
        """
        asked = np.flatnonzero(costs)
        low, high = self._near(asked, most)
        if not self._matrix.shape[0]:
            free = np.zeros(len(costs))
            free[asked] = np.where(costs[asked] > 0, low, high)
            return free
        solver = self._solver
        solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        own = self._limits[0][asked], self._limits[1][asked]
        moved = not np.array_equal((low, high), own)  # to set limits costs, even as they were
        if moved:
            solver.changeColsBounds(len(asked), asked.astype(np.int32), low, high)
        solver.run()
        found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        solution = solver.getSolution()
        values = np.array(solution.col_value) if found else None
        self.at_a_limit = np.abs(np.array(solution.col_dual)) > _ZERO if found else self._none
        if moved:
            solver.changeColsBounds(len(asked), asked.astype(np.int32), *own)
        return values

    def _near(self, columns: Places, most: float) -> tuple[Reals, Reals]:
        low, high = (each[columns] for each in self._limits)
        return np.clip(-most, low, high), np.clip(most, low, high)

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
