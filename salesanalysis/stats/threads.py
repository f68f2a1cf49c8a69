"""One thread for the small matrices of a regression.

The linear algebra library starts a thread per core for every product and factor. For matrices of a hundred
rows the threads cost more than they bring, and where other work shares the cores they wait for each other:
a fit of a second was seen to take over a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def on_one_thread(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let `function` use one thread of the linear algebra library.

    Examples
    --------
    >>> on_one_thread(lambda: 3)()
    3
    """

    @wraps(function)
    def limited(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        with _libraries().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited
