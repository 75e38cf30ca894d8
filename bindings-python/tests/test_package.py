from importlib.metadata import version

import ringfence


def test_the_native_module_is_loaded_and_answers() -> None:
    assert ringfence.version() == version("ringfence")
