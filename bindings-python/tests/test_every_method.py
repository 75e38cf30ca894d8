import asyncio
from types import ModuleType

import pytest

import ringfence
import story


@pytest.mark.parametrize("face", [ringfence, ringfence.aio], ids=["sync", "aio"])
def test_every_method_does_its_work(face: ModuleType, plan: bytes) -> None:
    assert asyncio.run(story.told(face, plan)) == story.methods(face)


def test_both_faces_have_the_same_methods() -> None:
    assert len(story.methods(ringfence)) > 50
    assert story.methods(ringfence) == story.methods(ringfence.aio)
