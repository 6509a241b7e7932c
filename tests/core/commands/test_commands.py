"""The command lines of TF 1.15, flag by flag, and their quoting."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from coldpress.commands.classic import freeze_graph_command, toco_command
from coldpress.commands.command import Command, Note, Shell, quoted
from coldpress.commands.equivalent import equivalents
from coldpress.commands.job import Job, VariablePlace, array_name, operation
from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.sentences import LANGUAGES

JOB = Job(
    eval_graph="eval_graph.pb",
    meta_graph="eval_graph.meta",
    frozen="frozen.pb",
    result="digits.tflite",
    checkpoint="train/model.ckpt-2400",
    variables=(VariablePlace("w", "w"),),
    inputs=(InputChoice("input:0", (1, 16, 16, 1), 128.0, 127.0),),
    outputs=("probabilities:0", "split:1"),
    inference_type=InferenceType.UINT8,
    input_type=IoType.UINT8,
    output_type=IoType.UINT8,
)


def test_the_freeze_graph_command() -> None:
    assert freeze_graph_command(JOB) == Command(
        (
            "freeze_graph",
            "--input_graph=eval_graph.pb",
            "--input_binary=true",
            "--input_checkpoint=train/model.ckpt-2400",
            "--output_graph=frozen.pb",
            "--output_node_names=probabilities,split",
        )
    )


@pytest.mark.parametrize(
    "variable",
    [
        VariablePlace("w", "w", is_resource=True),
        VariablePlace("w", "w/ExponentialMovingAverage"),
        VariablePlace("w/part_0", "w", begin=(0, 0), size=(2, 3)),
    ],
)
def test_what_only_a_saver_can_tell_is_told_by_one(variable: VariablePlace) -> None:
    command = freeze_graph_command(replace(JOB, variables=(VariablePlace("v", "v"), variable)))
    assert command.argv[1] == "--input_meta_graph=eval_graph.meta"
    assert [note.code for note in command.notes] == ["commands.needs_saver"]


def test_a_graph_without_variables_needs_no_freezing() -> None:
    command = freeze_graph_command(replace(JOB, variables=(), checkpoint=None))
    assert command.argv == ()
    assert command.text() == "# eval_graph.pb has no variables: it is frozen already."


def test_the_toco_command() -> None:
    assert toco_command(JOB) == Command(
        (
            "toco",
            "--graph_def_file=frozen.pb",
            "--output_file=digits.tflite",
            "--inference_type=QUANTIZED_UINT8",
            "--input_arrays=input",
            "--output_arrays=probabilities,split:1",
            "--input_shapes=1,16,16,1",
            "--mean_values=128",
            "--std_dev_values=127",
        )
    )


def _toco(**changes: object) -> Command:
    return toco_command(replace(JOB, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inference_type", "flags"),
    [
        (InferenceType.FLOAT32, ["--inference_type=FLOAT"]),
        (InferenceType.DYNAMIC, ["--inference_type=FLOAT", "--post_training_quantize"]),
        (InferenceType.FLOAT16, ["--inference_type=FLOAT", "--post_training_quantize", "--quantize_to_float16"]),
    ],
)
def test_types_that_are_no_quantized_training(inference_type: InferenceType, flags: list[str]) -> None:
    command = _toco(inference_type=inference_type, input_type=IoType.FLOAT32, output_type=IoType.FLOAT32)
    assert list(command.argv[3 : 3 + len(flags)]) == flags
    assert not any("mean" in argument for argument in command.argv)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"inference_type": InferenceType.INT8}, "commands.no_int8"),
        ({"inference_type": InferenceType.INT16X8}, "commands.no_int16x8"),
        ({"output_type": IoType.FLOAT32}, "commands.no_float_output"),
    ],
)
def test_what_the_command_cannot_do_is_said_instead(changes: dict[str, object], code: str) -> None:
    command = _toco(**changes)
    assert command == Command((), (Note(code),))
    for language in LANGUAGES:
        assert command.text(language=language).startswith("# ")


def test_several_inputs_of_several_kinds() -> None:
    inputs = (
        InputChoice("a:0", (1, 4), 127.5, 127.5),
        InputChoice("b:0", ()),
        InputChoice("c:0", (None, 2), 0.0, 255.0),
    )
    command = _toco(inputs=inputs)
    assert "--input_arrays=a,b,c" in command.argv
    assert "--input_shapes=1,4::1,2" in command.argv
    assert "--mean_values=128,0,0" in command.argv
    assert "--std_dev_values=127.5,1,255" in command.argv
    assert [note.code for note in command.notes] == ["commands.whole_mean"]
    assert "127.5 is rounded to 128" in command.text()


def test_options() -> None:
    argv = _toco(default_ranges=(-1.5, 6.0), allow_custom_ops=True, select_tf_ops=True).argv
    assert argv[-4:] == (
        "--default_ranges_min=-1.5", "--default_ranges_max=6", "--allow_custom_ops",
        "--target_ops=TFLITE_BUILTINS,SELECT_TF_OPS",
    )  # fmt: skip


def test_an_unknown_shape_is_left_to_the_graph() -> None:
    assert not any("shapes" in argument for argument in _toco(inputs=(InputChoice("x"),)).argv)


def test_a_graph_that_is_newer_than_1_15_is_said_to_be() -> None:
    for command in (freeze_graph_command(replace(JOB, producer=987)), _toco(producer=987)):
        assert [note.code for note in command.notes] == ["commands.newer_graph"]
    assert freeze_graph_command(replace(JOB, producer=134)).notes == ()


@pytest.mark.parametrize("argument", ["plain", "--out=a b", "路径 with/x", "it's", 'say "x"', "a&b", "$HOME", ""])
def test_posix_shells_get_back_what_was_meant(argument: str) -> None:
    assert shlex.split(quoted(["x", argument], Shell.POSIX)) == ["x", argument]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--input_arrays=input", "--input_arrays=input"),
        ("C:\\models\\x.pb", "C:\\models\\x.pb"),
        ("--out=C:\\my models\\x.pb", '"--out=C:\\my models\\x.pb"'),
        ("--out=a&b", '"--out=a&b"'),
        ("--input_shapes=1,16:1,8", '"--input_shapes=1,16:1,8"'),
        ("--out=dir (1)\\", '"--out=dir (1)\\\\"'),
        ("--out=(1)\\", '"--out=(1)\\\\"'),
    ],
)
def test_the_windows_shell_gets_quotation_marks_where_it_needs_them(argument: str, expected: str) -> None:
    """Around the whole argument: pasted quotes inside it became part of a name (tensorflow#41829)."""
    assert quoted([argument], Shell.WINDOWS) == expected


def test_notes_are_comments_of_the_shell() -> None:
    command = _toco(inputs=(InputChoice("a:0", (1,), 127.5, 127.5),))
    first, second = command.text(Shell.WINDOWS, language="zh_CN").splitlines()
    assert first.startswith("REM toco 命令的 mean 只能是整数")
    assert second.startswith("toco --graph_def_file=frozen.pb")


def test_all_of_them_as_text() -> None:
    texts = equivalents(JOB).texts()
    assert list(texts) == ["freeze_graph", "toco", "python"]
    assert texts["toco"].startswith("toco ")


def test_names_of_tensors_and_operations() -> None:
    assert [array_name(name) for name in ("x", "x:0", "x:1", "a/b:10")] == ["x", "x", "x:1", "a/b:10"]
    assert [operation(name) for name in ("x", "x:0", "x:1", "a/b:10")] == ["x", "x", "x", "a/b"]
