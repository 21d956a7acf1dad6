"""The power fails in every write to the flash."""


def test_no_power_cut_loses_an_account_or_repeats_a_code(start):
    *_, last = start("power_cuts").finish()
    cuts, text = last.split(" ", 1)
    assert text == "power cuts: nothing is lost, and no code accepted twice"
    assert int(cuts) > 1_000
