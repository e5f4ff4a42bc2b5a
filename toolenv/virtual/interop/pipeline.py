"""Runs the released inference pipeline (qa_pipeline_multithread.py) as it is.

usage: STEPTOOL_DIR=... SERVICE_URL=.../virtual VLLM_API_BASE=.../v1 python pipeline.py ARGUMENTS OF THE RELEASED PROGRAM

Modules that the release imports but never needs for this, or does not contain,
become empty ones where they are not installed.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import os
import runpy
import sys
import types

LLM = "toolbench.inference.LLM."
OPTIONAL = ["torch", "transformers", "sentence_transformers", "pandas", "numpy", "fastchat", "psutil", "accelerate", "peft"]
ABSENT = ["chatgpt_function_model", "davinci_model", "tool_llama_lora_model", "tool_llama_model", "toolace_model"]


class Anything(type):
    """A class whose attributes are classes of its kind."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return named(name)


def named(name):
    return Anything(name, (), {"__init__": lambda self, *args, **kwargs: None, "__call__": lambda self, decorated=None, *args, **kwargs: decorated})


class Empty(types.ModuleType):
    """A module in which every name is such a class."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, named(name))
        return self.__dict__[name]


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds empty modules for packages that are not installed."""

    def __init__(self, missing):
        self.missing = missing

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.missing:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Empty(spec.name)

    def exec_module(self, module):
        pass


def main():
    top = os.path.join(os.environ["STEPTOOL_DIR"], "stabletoolbench")
    inference = os.path.join(top, "toolbench", "inference")
    sys.path[:0] = [inference, top]
    sys.meta_path.append(Finder([name for name in OPTIONAL if importlib.util.find_spec(name) is None]))
    for name in ABSENT:
        if not os.path.exists(os.path.join(inference, "LLM", name + ".py")):
            sys.modules[LLM + name] = Empty(LLM + name)
    program = os.path.join(inference, "qa_pipeline_multithread.py")
    sys.argv = [program] + sys.argv[1:]
    runpy.run_path(program, run_name="__main__")


main()
