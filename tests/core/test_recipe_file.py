"""Recipes survive the way to a file and back, explain themselves, and say precisely what is wrong with them."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coldpress_resources
from coldpress.errors import InputError, OutputError
from coldpress.recipe import RECIPE_VERSION, InferenceType, InputChoice, IoType, Limits, Recipe
from coldpress.recipe_file import is_recipe, read_recipe, recipe_text, write_recipe
from coldpress.recipe_keys import INPUT_KEYS, LIMIT_KEYS, RECIPE_KEYS
from coldpress.sentences import LANGUAGES, catalogue, say_error

_SAMPLE = Path(coldpress_resources.__file__).parent / "sample" / "digits.toml"

_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_names = _text.filter(lambda name: "/" not in name and "\\" not in name and name.strip(".") != "")
_paths = st.lists(_names, min_size=1, max_size=4).map(lambda parts: os.path.abspath("/" + "/".join(parts)))  # noqa: PTH100
_numbers = st.floats(allow_nan=False)
_sizes = st.none() | st.integers(0, 2**40)
_inputs = st.builds(
    InputChoice,
    tensor=st.just("") | _text,
    shape=st.none() | st.lists(_sizes, max_size=5).map(tuple),
    mean=st.none() | _numbers,
    std=st.none() | _numbers,
)
_limits = st.builds(Limits, **{field.name: st.none() | _numbers for field in fields(Limits)})
_recipes = st.builds(
    Recipe,
    source=_paths,
    graph=st.none() | _paths,
    meta_graph_tags=st.none() | st.lists(_text, max_size=3).map(tuple),
    checkpoint=st.none() | _paths,
    inputs=st.lists(_inputs, max_size=3).map(tuple),
    outputs=st.lists(_text, max_size=3).map(tuple),
    as_is=st.booleans(),
    use_ema=st.booleans(),
    inference_type=st.none() | st.sampled_from(InferenceType),
    inference_input_type=st.none() | st.sampled_from(IoType),
    inference_output_type=st.none() | st.sampled_from(IoType),
    default_ranges=st.none() | st.tuples(_numbers, _numbers),
    representative_data=st.none() | _paths,
    data=st.none() | _paths,
    allow_custom_ops=st.booleans(),
    select_tf_ops=st.booleans(),
    accept=st.frozensets(_text, max_size=3),
    limits=_limits,
    output=st.none() | _paths,
    seed=st.integers(-(2**40), 2**40),
)


@settings(max_examples=60, deadline=None)
@given(recipe=_recipes, language=st.sampled_from(LANGUAGES))
def test_a_recipe_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, language: str) -> None:
    path = tmp_path_factory.getbasetemp() / "recipe.toml"
    write_recipe(recipe, path, language=language)
    assert read_recipe(path) == recipe


def test_every_decision_has_a_key_and_every_key_an_explanation() -> None:
    for kind, keys, besides in (
        (Recipe, RECIPE_KEYS, {"inputs", "limits"}),
        (InputChoice, INPUT_KEYS, set()),
        (Limits, LIMIT_KEYS, set()),
    ):
        assert {field.name for field in fields(kind)} == {key.field for key in keys} | besides
        for key in keys:
            for language in LANGUAGES:
                assert f"recipe.key.{key.path}" in catalogue(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_set_is_shown_as_an_example_that_can_be_taken(tmp_path: Path, language: str) -> None:
    text = recipe_text(Recipe(source=str(tmp_path)), tmp_path, language=language)
    taken = re.sub(r"(?m)^#(?=[\w\[])", "", text)
    (tmp_path / "recipe.toml").write_text(taken, encoding="utf-8")
    recipe = read_recipe(tmp_path / "recipe.toml")
    assert recipe.inference_type is InferenceType.UINT8
    assert recipe.limits.max_lsb == 2.0
    assert recipe.inputs[0].shape == (1, 224, 224, 3)
    assert None not in [getattr(recipe, field.name) for field in fields(Recipe)]


def test_the_sample_is_a_recipe() -> None:
    recipe = read_recipe(_SAMPLE)
    assert Path(recipe.source).is_dir()
    assert recipe.data is not None
    assert Path(recipe.data).is_file()


def test_paths_are_relative_to_the_file_and_move_with_it(tmp_path: Path) -> None:
    model = tmp_path / "模型 v1"
    recipe = Recipe(source=str(model / "train"), output=str(tmp_path / "out" / "m.tflite"))
    write_recipe(recipe, tmp_path / "recipes" / ".." / "recipe.toml")
    table = tomllib.loads((tmp_path / "recipe.toml").read_text(encoding="utf-8"))
    assert table["source"]["path"] == "模型 v1/train"
    assert table["output"]["path"] == "out/m.tflite"
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "recipe.toml").rename(tmp_path / "elsewhere" / "recipe.toml")
    assert read_recipe(moved).source == str(tmp_path / "elsewhere" / "模型 v1" / "train")


def test_paths_stay_relative_where_the_recipe_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_recipe(Recipe(source="train"), Path("recipe.toml"))
    assert read_recipe(Path("recipe.toml")).source == "train"


def _refused(tmp_path: Path, text: str) -> InputError:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_recipe(path)
    for language in LANGUAGES:
        sentence = say_error(caught.value, language=language)
        assert str(path) in sentence.message
        assert sentence.remedy
        assert "{" not in sentence.message + sentence.remedy
    assert path.read_text(encoding="utf-8") == text
    return caught.value


_HEAD = 'version = 1\n[source]\npath = "train"\n'


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("", "recipe.no_version", {}),
        ('[source]\npath = "x"', "recipe.no_version", {}),
        ("version = true", "recipe.bad_version", {}),
        ('version = "1"', "recipe.bad_version", {}),
        ("version = 0", "recipe.bad_version", {}),
        (f"version = {RECIPE_VERSION + 1}\nnew = 1", "recipe.newer_version", {"version": RECIPE_VERSION + 1}),
        ("version = 1", "recipe.no_source", {}),
        ("version = 1\nsource = 'x'", "recipe.not_table", {"key": "source"}),
        ("version = 1\n[source]\npath =", "recipe.syntax_at_end", {}),
        ("version = 1\n[source]\npath = train", "recipe.syntax", {"line": 3, "column": 8}),
        (_HEAD + "[conversoin]\n", "recipe.unknown_key_near", {"key": "conversoin", "near": "conversion"}),
        (_HEAD + "chekpoint = 'x'", "recipe.unknown_key_near", {"key": "source.chekpoint", "near": "checkpoint"}),
        (_HEAD + "colour = 1", "recipe.unknown_key", {"key": "source.colour"}),
        (_HEAD + "[verification]\nsede = 1", "recipe.unknown_key_near", {"key": "verification.sede", "near": "seed"}),
        (_HEAD + "[verification.limits]\nmax_lbs = 1", "recipe.unknown_key_near", {"near": "max_lsb"}),
        (_HEAD + "[[inputs]]\nshpae = [1]", "recipe.unknown_key_near", {"key": "inputs[1].shpae", "near": "shape"}),
        (_HEAD + "[inputs]\ntensor = 'x'", "recipe.not_tables", {"key": "inputs"}),
        (_HEAD + "[eval_graph]\nas_is = 'yes'", "recipe.not_switch", {"key": "eval_graph.as_is", "value": '"yes"'}),
        (_HEAD + "[eval_graph]\nas_is = 1", "recipe.not_switch", {"value": "1"}),
        (_HEAD + "graph = 7", "recipe.not_text", {"key": "source.graph"}),
        (_HEAD + "graph = ''", "recipe.not_text", {"value": '""'}),
        (_HEAD + "tags = 'serve'", "recipe.not_list", {"value": '"serve"'}),
        (_HEAD + "[outputs]\ntensors = [1]", "recipe.not_text", {"key": "outputs.tensors"}),
        (_HEAD + "[conversion]\ninference_type = 'uint9'", "recipe.not_one_of", {"value": '"uint9"'}),
        (_HEAD + "[conversion]\ninput_type = 8", "recipe.not_text", {}),
        (_HEAD + "[conversion]\ndefault_ranges = [0]", "recipe.not_range", {}),
        (_HEAD + "[conversion]\ndefault_ranges = [0, nan]", "recipe.not_number", {}),
        (_HEAD + "[verification]\nseed = 1.5", "recipe.not_whole_number", {"value": "1.5"}),
        (_HEAD + "[verification.limits]\nmax_lsb = '2'", "recipe.not_number", {"key": "verification.limits.max_lsb"}),
        (_HEAD + "[[inputs]]\nshape = [1, '?']", "recipe.not_whole_number", {"key": "inputs[1].shape"}),
        (_HEAD + "[[inputs]]\nshape = [1]\n[[inputs]]\nshape = [-2]", "recipe.not_shape", {"key": "inputs[2].shape"}),
        (_HEAD + "[[inputs]]\nmean = true", "recipe.not_number", {"key": "inputs[1].mean", "value": "true"}),
    ],
)
def test_what_is_wrong_is_said_precisely(tmp_path: Path, text: str, code: str, facts: dict[str, object]) -> None:
    error = _refused(tmp_path, text)
    assert error.code == code
    assert {key: error.facts[key] for key in facts} == facts


def test_a_wrong_value_is_answered_with_the_right_ones(tmp_path: Path) -> None:
    error = _refused(tmp_path, _HEAD + "[conversion]\ninference_type = 'QUANTIZED_UINT8'")
    assert say_error(error).remedy == "Possible are: float32, float16, dynamic, uint8, int8, int16x8."


def test_whole_numbers_do_for_numbers(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(_HEAD + "[[inputs]]\nmean = 128\nstd = 127\n")
    assert read_recipe(tmp_path / "r.toml").inputs == (InputChoice("", None, 128.0, 127.0),)


def test_what_an_editor_of_windows_adds_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_bytes(b"\xef\xbb\xbf" + _HEAD.replace("\n", "\r\n").encode())
    assert read_recipe(tmp_path / "r.toml").source == str(tmp_path / "train")


def test_files_that_cannot_be_read_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("version = 1 # é".encode("latin-1"))
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 21))
    for name, code in (
        ("none.toml", "recipe.missing"),
        ("", "recipe.unreadable"),
        ("latin.toml", "recipe.not_utf8"),
        ("large.toml", "recipe.too_large"),
    ):
        with pytest.raises(InputError) as caught:
            read_recipe(tmp_path / name)
        assert caught.value.code == code
        assert say_error(caught.value).message != code


def test_what_is_a_recipe_is_told_by_name_or_content(tmp_path: Path, fixtures: Path) -> None:
    write_recipe(Recipe(source="x"), tmp_path / "no suffix")
    (tmp_path / "broken.toml").write_text("][")
    assert is_recipe(tmp_path / "no suffix")
    assert is_recipe(tmp_path / "broken.toml")
    assert is_recipe(_SAMPLE)
    assert is_recipe(tmp_path / "not there.toml")
    assert not is_recipe(tmp_path)
    others = [
        "digits_qat",
        "digits_qat/eval_graph.pb",
        "digits_qat/eval_graph.pbtxt",
        "digits_qat/train/checkpoint",
        "no",
    ]
    assert not any(is_recipe(fixtures / name) for name in others)


def test_a_recipe_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    assert write_recipe(Recipe(source="one"), path) is None
    assert write_recipe(Recipe(source="two"), path) is None
    assert [entry.name for entry in tmp_path.iterdir()] == ["recipe.toml"]


@pytest.mark.parametrize("content", ["version = 99", "not a recipe", _HEAD + "colour = 1"])
def test_what_cannot_be_read_is_set_aside_and_not_lost(tmp_path: Path, content: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(content)
    aside = write_recipe(Recipe(source="one"), path)
    assert aside == tmp_path / "recipe.toml.old-1"
    assert aside.read_text() == content
    assert Path(read_recipe(path).source).name == "one"


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_a_path_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_recipe(Recipe(source=os.fsdecode(b"/m\xff")), tmp_path / "recipe.toml")
    assert caught.value.code == "recipe.path_not_utf8"
    assert list(tmp_path.iterdir()) == []
