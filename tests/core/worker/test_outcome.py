"""How a process ended, in codes."""

from __future__ import annotations

import signal

import pytest

from coldpress.sentences import say_error
from coldpress.worker.outcome import crash_error, fatal_line, timeout_error


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ([], ""),
        (["all is well", "W0000 00:00:1.5   77 a.cc:3] careful"], ""),
        (
            [
                "ValueError: later is worse",
                "F0000 00:00:1795467317.159430    7882 a.cc:12] Check failed: x == y (1 vs. 2)",
            ],
            "Check failed: x == y (1 vs. 2)",
        ),
        (
            ["2019-01-01 10:00:00.0: F tensorflow/lite/toco/x.cc:45] Check failed: IsConstant", "Aborted"],
            "2019-01-01 10:00:00.0: F tensorflow/lite/toco/x.cc:45] Check failed: IsConstant",
        ),
        (["Traceback", "ValueError: first", "more.Mod.SomeError: last", "bye"], "more.Mod.SomeError: last"),
        (["<unknown>:0: error: loc(x): 'tf.Erf' op is bad"], "<unknown>:0: error: loc(x): 'tf.Erf' op is bad"),
        (
            [
                "Fatal Python error: Segmentation fault",
                "",
                "Current thread 0x01 (most recent call first):",
                '  File "/a/b/lite/python/convert.py", line 220 in mlir_quantize',
                '  File "/a/b/main.py", line 1 in main',
            ],
            "mlir_quantize (convert.py:220)",
        ),
    ],
)
def test_the_line_that_names_the_cause_is_found(log: list[str], line: str) -> None:
    assert fatal_line(log) == line


@pytest.mark.parametrize(
    ("exit_code", "code"),
    [
        (-signal.SIGSEGV, "worker.segfault"),
        (-signal.SIGABRT, "worker.aborted"),
        (-signal.SIGILL, "worker.illegal_instruction"),
        (-signal.SIGFPE, "worker.arithmetic"),
        (-9, "worker.killed"),
        (-signal.SIGTERM, "worker.killed"),
        (1, "worker.ended"),
        (-64, "worker.ended"),
        (0xC0000005, "worker.segfault"),
        (0xC00000FD, "worker.stack_overflow"),
    ],
)
def test_each_way_to_end_has_its_code_and_sentence(exit_code: int, code: str) -> None:
    error = crash_error(exit_code, ("F0000 1 2 x.cc:1] the cause",), job="Convert")
    assert error.code == code
    assert error.log == ("F0000 1 2 x.cc:1] the cause",)
    assert "?" not in say_error(error).message
    assert say_error(error, language="zh_CN").message != say_error(error).message


def test_a_crash_of_the_model_is_not_the_converters() -> None:
    assert crash_error(-signal.SIGSEGV, (), job="RunModel").code == "model.segfault"
    assert timeout_error(5, (), job="RunModel").code == "model.timeout"
    assert timeout_error(5, (), job="Convert").code == "worker.timeout"


def test_a_process_that_starved_says_so() -> None:
    assert crash_error(-9, (), job="Convert", out_of_memory=True).code == "worker.out_of_memory"
