"""The arguments of every command, in TF 1.15's own words where it has a word."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from coldpress import __version__
from coldpress.cli import values
from coldpress.errors import UsageError
from coldpress.recipe import InferenceType, IoType
from coldpress.sentences import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = ("inspect", "eval-graph", "freeze", "convert", "verify", "sample")

STATUSES = """\
exit status:
  0    done; for convert: done and verified
  1    a fault of Coldpress itself (the message says where its log is)
  2    wrong usage, or no display for the window
  3    an input could not be read: missing, damaged, not what it claims; or an output could not be written
  4    stopped by a finding before conversion (--accept CODE goes on)
  5    the converter failed or crashed
  6    converted, but verification failed
  130  cancelled
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are Coldpress errors, so that ``--json`` holds for them too."""

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError``."""
        raise UsageError("cli.usage", detail=message, command=self.prog)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; ``command`` is one of ``COMMANDS`` or ``wizard``."""
    words = _normalise(argv)
    if words and (words[0] in COMMANDS or words[0] in {"-h", "--help", "--version"}):
        return _full_parser().parse_args(words)
    return _wizard_parser().parse_args(words, argparse.Namespace(command="wizard"))


def _normalise(argv: Sequence[str]) -> list[str]:
    """Accept ``--mean_values`` for ``--mean-values``, and values that begin with a minus sign (``-1,16,16,1``)."""
    words: list[str] = []
    for word in argv:
        if re.match(r"-\d", word) and words and re.fullmatch(r"--[a-z-]+", words[-1]):
            words[-1] += f"={word}"
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            words.append(name.replace("_", "-") + equals + value)
        else:
            words.append(word)
    return words


def _full_parser() -> Parser:
    parser = Parser(
        prog="coldpress",
        usage="coldpress [PATH]\n       coldpress COMMAND ...",
        description="From a TensorFlow 1.x training checkpoint to a verified .tflite file. Without a command it opens "
        "the wizard, on PATH where one is given.",
        epilog=STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"coldpress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, help_text, fill in _COMMAND_PARSERS:
        sub = commands.add_parser(
            name,
            prog=f"coldpress {name}",
            help=help_text,
            description=help_text[0].upper() + help_text[1:] + ".",
            epilog=STATUSES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        fill(sub)
        _common(sub)
    return parser


def _wizard_parser() -> Parser:
    parser = Parser(prog="coldpress", allow_abbrev=False)
    parser.add_argument("path", nargs="?", metavar="PATH")
    _common(parser)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print exactly one JSON object on standard output")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of messages (default: the system's)")
    parser.add_argument("--verbose", action="store_true", help="show what the converter prints")


def _inspect(parser: argparse.ArgumentParser) -> None:
    _model(parser)


def _eval_graph(parser: argparse.ArgumentParser) -> None:
    _model(parser)
    _endpoints(parser)
    parser.add_argument("--use-ema", action="store_true", help="use the moving averages of the weights")
    _output(parser, "EVAL.pb", required=True)
    parser.add_argument(
        "--changes", metavar="FILE", help="write the list of changes too: JSON to a .json file, else text"
    )
    _accept(parser)


def _freeze(parser: argparse.ArgumentParser) -> None:
    _model(parser)
    _endpoints(parser)
    _rewriting(parser)
    _output(parser, "FROZEN.pb", required=True)
    _accept(parser)


def _convert(parser: argparse.ArgumentParser) -> None:
    _model(parser, "any one of the model's files, its folder, or a recipe (.toml)")
    _endpoints(parser)
    _rewriting(parser)
    _types(parser)
    _quantization(parser)
    _output(parser, "MODEL.tflite", required=False)
    _accept(parser)
    parser.add_argument("--data", metavar="FILE.npz", help="arrays for the verification, optionally with labels")
    parser.add_argument("--crop-images", action="store_true", help="cut images of a folder to shape, not stretch them")
    parser.add_argument(
        "--compare",
        type=values.inference_types,
        metavar="all|TYPE,TYPE",
        help="try several inference types in one run, and show them side by side; with -o each verified one is written "
        "as MODEL_TYPE.tflite (status 6 where one is not good enough, 5 where one could not be converted, 4 where one "
        "that was named does not fit)",
    )
    parser.add_argument("--report", metavar="FILE.html", help="write a report that needs no other file")
    parser.add_argument(
        "--keep", metavar="DIR", help="keep eval_graph.pb, frozen.pb, report.html, report.json and recipe.toml"
    )
    parser.add_argument(
        "--commands", action="store_true", help="print the equivalent freeze_graph and toco commands and Python script"
    )


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REFERENCE.pb", help="the frozen graph")
    parser.add_argument("result", metavar="RESULT.tflite", help="the file to compare with it")
    parser.add_argument("--data", metavar="FILE.npz", help="arrays to run, optionally with labels")
    parser.add_argument("--layers", action="store_true", help="compare every intermediate tensor too")
    _endpoints(parser)
    _stats(parser)


def _sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="where the sample model is written")


def _model(parser: argparse.ArgumentParser, help_text: str = "any one of the model's files, or its folder") -> None:
    parser.add_argument("path", metavar="PATH", help=help_text)
    parser.add_argument("--checkpoint", "--input-checkpoint", metavar="PREFIX", help="default: the newest beside it")
    parser.add_argument("--graph", metavar="FILE", help="the graph file, where several lie there")
    parser.add_argument("--tags", type=values.words, metavar="A,B", help="which MetaGraph of a SavedModel")


def _endpoints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--inputs",
        "--input-arrays",
        type=values.words,
        metavar="A,B",
        help="operation or tensor names (x, x:0); default: the best suggestion",
    )
    parser.add_argument(
        "--outputs",
        "--output-arrays",
        "--output-node-names",
        type=values.words,
        metavar="A,B",
        help="operation or tensor names; default: the best suggestion",
    )
    parser.add_argument(
        "--input-shapes", type=values.shapes, metavar="1,16,16,1:1,8", help="one shape an input, separated by colons"
    )


def _rewriting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-is", action="store_true", help="take the graph as it is, without the eval rewrite")
    parser.add_argument("--use-ema", action="store_true", help="use the moving averages of the weights")


def _types(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--inference-type",
        type=values.one_of(InferenceType),
        metavar="TYPE",
        help="float32, float16, dynamic, uint8, int8 or int16x8; default: uint8 for a quantization-aware graph, "
        "float32 otherwise",
    )
    for name in ("input", "output"):
        parser.add_argument(
            f"--inference-{name}-type",
            type=values.one_of(IoType),
            metavar="TYPE",
            help=f"type of the {name}s: float32, uint8, int8 or int16",
        )
    parser.add_argument("--allow-custom-ops", action="store_true", help="keep operations that TFLite does not know")
    parser.add_argument("--select-tf-ops", action="store_true", help="let TensorFlow's own kernels fill gaps")


def _stats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mean-values",
        type=values.numbers,
        metavar="M,M",
        help="real = (byte - mean) / std, an input each; an int8 input takes the bytes less 128",
    )
    parser.add_argument("--std-dev-values", type=values.numbers, metavar="S,S", help="see --mean-values")


def _quantization(parser: argparse.ArgumentParser) -> None:
    _stats(parser)
    parser.add_argument("--default-ranges-min", type=float, metavar="X", help="range for tensors that have none")
    parser.add_argument("--default-ranges-max", type=float, metavar="X", help="accuracy will be meaningless")
    parser.add_argument(
        "--ranges",
        action="extend",
        type=values.ranges,
        metavar="TENSOR=MIN:MAX,...",
        help="range of a single tensor that has none; a guess, and the report says so",
    )
    parser.add_argument("--representative-data", metavar="FILE|FOLDER", help=".npy, .npz, or a folder of images")


def _output(parser: argparse.ArgumentParser, metavar: str, *, required: bool) -> None:
    parser.add_argument("-o", "--output", "--output-file", required=required, metavar=metavar, help="the file to write")


def _accept(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept", action="append", default=[], metavar="CODE", help="go on although the finding CODE blocks"
    )


_COMMAND_PARSERS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("inspect", "what lies there: graph, checkpoint, suggested inputs and outputs, findings", _inspect),
    ("eval-graph", "the eval graph of a train graph, and the list of changes", _eval_graph),
    ("freeze", "eval graph and checkpoint into a frozen graph", _freeze),
    ("convert", "the whole job, from a checkpoint to a verified .tflite file", _convert),
    ("verify", "numeric comparison of a frozen graph and a .tflite file", _verify),
    ("sample", "write the sample model out", _sample),
)
