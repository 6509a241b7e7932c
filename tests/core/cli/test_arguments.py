"""Arguments into a namespace, and a namespace into a recipe."""

from __future__ import annotations

import pytest

from coldpress.cli.arguments import parse
from coldpress.cli.choices import recipe_from
from coldpress.errors import UsageError
from coldpress.recipe import InferenceType, InputChoice, IoType


def test_a_bare_path_opens_the_wizard() -> None:
    arguments = parse(["model.meta"])
    assert (arguments.command, arguments.path) == ("wizard", "model.meta")
    assert parse([]).command == "wizard"


def test_convert_reads_the_words_of_tf_1_15() -> None:
    words = "convert m --input_arrays a,b --input_shapes 1,16,16,1:-1,8 --mean_values 128,0 --std_dev_values 127,1"
    arguments = parse([*words.split(), "--inference_type", "QUANTIZED_UINT8", "--output_file", "x.tflite"])
    recipe = recipe_from(arguments)
    assert recipe.inputs == (
        InputChoice("a", (1, 16, 16, 1), 128.0, 127.0),
        InputChoice("b", (None, 8), 0.0, 1.0),
    )
    assert recipe.inference_type is InferenceType.UINT8
    assert recipe.output == "x.tflite"


def test_a_shape_may_begin_with_a_free_dimension() -> None:
    assert recipe_from(parse(["convert", "m", "--input-shapes", "-1,8"])).inputs[0].shape == (None, 8)


def test_means_without_names_belong_to_the_suggested_inputs() -> None:
    recipe = recipe_from(parse(["convert", "m", "--mean-values", "128", "--std-dev-values", "127"]))
    assert recipe.inputs == (InputChoice("", None, 128.0, 127.0),)


def test_several_codes_can_be_accepted() -> None:
    recipe = recipe_from(parse(["convert", "m", "--accept", "a.b,c.d", "--accept", "e.f"]))
    assert recipe.accept == {"a.b", "c.d", "e.f"}


def test_ranges_of_single_tensors_are_read() -> None:
    words = ["convert", "m", "--ranges", "a=-1:6,b:1=0:2", "--ranges", "c=0:1", "--crop-images"]
    recipe = recipe_from(parse(words))
    assert [str(choice) for choice in recipe.ranges] == ["a=-1.0:6.0", "b:1=0.0:2.0", "c=0.0:1.0"]
    assert recipe.crop_images


def test_types_are_read() -> None:
    recipe = recipe_from(parse(["convert", "m", "--inference-type", "int8", "--inference-input-type", "int8"]))
    assert recipe.inference_type is InferenceType.INT8
    assert recipe.inference_input_type is IoType.INT8


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("convert", "cli.usage"),
        ("convert m --inference-type float64", "cli.usage"),
        ("convert m --input-shapes 1,a", "cli.usage"),
        ("convert m --input-shapes 1,0", "cli.usage"),
        ("convert m --mean-values x --std-dev-values 1", "cli.usage"),
        ("convert m --no-such-option", "cli.usage"),
        ("freeze m", "cli.usage"),
        ("inspect", "cli.usage"),
        ("a b", "cli.usage"),
        ("convert m --mean-values 1", "cli.mean_std_together"),
        ("convert m --default-ranges-min 0", "cli.default_ranges_together"),
        ("convert m --inputs a,b --mean-values 1 --std-dev-values 1", "cli.counts_differ"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        recipe_from(parse(words.split()))
    assert caught.value.code == code
