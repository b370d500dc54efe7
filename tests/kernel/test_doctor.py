"""What `make doctor` says of the machine."""

import pytest
from course import doctor

WSL = "5.15.167.4-microsoft-standard-WSL2"


@pytest.mark.parametrize(
    "system, machine, release, said",
    [
        ("linux", "x86_64", "6.1.0", "Linux on x86_64"),
        ("linux", "x86_64", WSL, "Linux on x86_64, in WSL2"),
        ("linux", "aarch64", "6.1.0", "Linux on aarch64 (not tried yet: docs/platforms.md)"),
        ("darwin", "aarch64", "24.1.0", "macOS on aarch64 (not tried yet: docs/platforms.md)"),
        ("linux", "riscv64", "6.1.0", "Linux on riscv64 (not tried yet: docs/platforms.md)"),
    ],
)
def test_a_machine_is_told_how_far_its_kind_was_tried(system, machine, release, said):
    assert doctor.system(system, machine, release) == said
