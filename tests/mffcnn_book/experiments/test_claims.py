from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_book.experiments import (
    GRIDS,
    HEADLINE,
    ResultsRecord,
    Status,
    Trainings,
    _verdict,
    claims,
    gather_records,
    judge_claims,
    verdict,
)
from mffcnn_book.paper import CHECKS, Verdict, find_check
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Predictions, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS

PEOPLE, EACH = 8, 12
SUBJECTS = tuple(f"s{i // EACH}" for i in range(PEOPLE * EACH))
TRUTH = EXPRESSIONS * (PEOPLE * EACH // 6)


def scores(wrong, *, start=0):
    """Return scores that are right but for some clips of each person, from one clip on."""
    answer = np.array([EXPRESSIONS.index(name) for name in TRUTH])
    for person in range(PEOPLE):
        for clip in range(start, start + wrong):
            answer[person * EACH + clip] = (answer[person * EACH + clip] + 1) % 6
    return np.eye(6)[answer]


def record(configuration, dataset="synthetic", **variants):
    return ResultsRecord(
        experiment=configuration,
        settings={},
        seed=0,
        dataset_name=dataset,
        dataset_sha256=dataset[0] * 64,
        code="c" * 64,
        predictions=Predictions(
            clips=tuple(f"clip{i}" for i in range(len(TRUTH))),
            subjects=SUBJECTS,
            expressions=TRUTH,
            folds=tuple(leave_one_subject_out(SUBJECTS)),
            scores=variants,
        ),
    )


def several(one, count=3):
    """Return as many trainings that all came out alike."""
    return Trainings(tuple(replace(one, seed=seed) for seed in range(count)))


def judged(records, name, count=3):
    trainings = {key: several(one, count) for key, one in records.items()}
    (judgement,) = (one for one in judge_claims(trainings) if one.claim.name == name)
    return judgement


def table_4(**wrong):
    """Return records of the methods of Table 4 with so many errors per person."""
    return {
        HEADLINE.name: record(HEADLINE.name, both=scores(wrong.pop("mffcnn"))),
        **{name: record(name, method=scores(number)) for name, number in wrong.items()},
    }


def test_every_side_is_declared_and_every_check_exists():
    declared = {one.name for grid in GRIDS.values() for one in grid.configurations}
    names = [claim.name for claim in claims()]
    assert len(set(names)) == len(names)
    for claim in claims():
        for better, worse in claim.pairs:
            assert {better.configuration.name, worse.configuration.name} <= declared
            assert better != worse
        for name in claim.contradicted_by:
            assert find_check(name).verdict in (Verdict.CONTRADICTION, Verdict.EQUATION)
        for name in claim.checks:
            find_check(name)


def test_a_contradiction_within_the_tables_has_its_claim():
    of_tables = {check.name for check in CHECKS["Tables"]
                 if check.verdict is Verdict.CONTRADICTION}  # fmt: skip
    named = {name for claim in claims() for name in (*claim.contradicted_by, *claim.checks)}
    assert of_tables - {"bidirectional"} <= named  # that one is no claim


def test_without_records_nothing_is_called_measured():
    statuses = {one.claim.name: one.status for one in judge_claims({})}
    assert statuses["direction"] is Status.NOT_MEASURED
    assert statuses["higher-layers"] is Status.CONTRADICTED
    assert statuses["headline"] is Status.NO_DATA
    assert not {Status.REPRODUCED, Status.SHAPE, Status.NOT_SEEN} & set(statuses.values())


def test_clear_differences_are_reproduced():
    records = table_4(mffcnn=1, ml_udsgplvm=5, dwmv=5, icltp=4)
    judgement = judged(records, "other-methods")
    assert judgement.status is Status.REPRODUCED
    assert "3 of 3 differences as claimed, 3 clear. The weakest: +25.0" in judgement.evidence
    assert len(judgement.differences) == 3


def test_one_training_tells_nothing_of_the_next():
    records = table_4(mffcnn=1, ml_udsgplvm=5, dwmv=5, icltp=4)
    judgement = judged(records, "other-methods", count=1)
    assert judgement.status is Status.SHAPE
    assert "3 of 3 differences as claimed, 0 clear" in judgement.evidence
    assert "; 1 training)." in judgement.evidence


def test_networks_that_all_collapsed_are_not_compared():
    claim = next(one for one in claims() if one.name == "rho-adadelta")
    stuck = np.tile(np.eye(6)[2], (len(TRUTH), 1))
    names = [claim.pairs[0][0].configuration.name]
    names += [worse.configuration.name for _, worse in claim.pairs]
    records = {name: record(name, spatial=stuck) for name in names}
    judgement = judged(records, claim.name)
    assert judgement.status is Status.COLLAPSED
    assert judgement.evidence == "8 comparisons of networks that all collapsed left out."
    records[names[1]] = record(names[1], spatial=scores(3))  # one that learnt something
    judgement = judged(records, claim.name)
    assert judgement.status is Status.NOT_SEEN
    assert "0 of 1 difference as claimed, 0 clear, 1 clearly opposite" in judgement.evidence
    assert "7 comparisons of networks that all collapsed left out" in judgement.evidence


def test_differences_that_may_be_chance_are_a_shape():
    records = table_4(mffcnn=1, ml_udsgplvm=5, dwmv=5, icltp=1)
    lucky = scores(1)
    lucky[0] = np.eye(6)[(EXPRESSIONS.index(TRUTH[0]))]  # one clip of one person more
    records[HEADLINE.name] = record(HEADLINE.name, both=lucky)
    judgement = judged(records, "other-methods")
    assert judgement.status is Status.SHAPE
    assert "3 of 3 differences as claimed, 2 clear" in judgement.evidence


def test_one_difference_without_the_sign_is_not_seen():
    judgement = judged(table_4(mffcnn=3, ml_udsgplvm=5, dwmv=5, icltp=1), "other-methods")
    assert judgement.status is Status.NOT_SEEN
    assert "2 of 3 differences as claimed, 2 clear, 1 clearly opposite" in judgement.evidence
    equal = judged(table_4(mffcnn=3, ml_udsgplvm=5, dwmv=5, icltp=3), "other-methods")
    assert equal.status is Status.NOT_SEEN


def test_a_missing_record_is_said():
    records = table_4(mffcnn=1, ml_udsgplvm=5)
    judgement = judged(records, "other-methods")
    assert judgement.status is Status.NOT_MEASURED
    assert "2 of 3 not measured" in judgement.evidence


def test_what_the_paper_denies_itself_stays_denied_and_is_measured_all_the_same():
    claim = next(one for one in claims() if one.name == "s-to-t-falls")
    order = [claim.pairs[0][0], *(worse for _, worse in claim.pairs)]
    records = {
        row.configuration.name: record(row.configuration.name, both=scores(2 + 2 * place))
        for place, row in enumerate(order)
    }
    judgement = judged(records, claim.name)
    assert judgement.status is Status.CONTRADICTED
    assert "58.35, 58.67" in judgement.evidence
    assert "2 of 2 differences as claimed, 2 clear" in judgement.evidence


def test_streams_are_compared_within_one_record():
    claim = next(one for one in claims() if one.name == "temporal-stream")
    ((temporal, spatial),) = claim.pairs
    assert temporal.configuration == spatial.configuration
    name = temporal.configuration.name
    records = {
        name: record(
            name,
            both=scores(1), without_dbn=scores(1), temporal=scores(2), spatial=scores(6),
        )
    }  # fmt: skip
    assert judged(records, "temporal-stream").status is Status.REPRODUCED
    assert judged(records, "two-streams").status is Status.REPRODUCED


@pytest.mark.parametrize("dataset", ["rml", "RML"])
@pytest.mark.parametrize(("wrong", "status"), [(4, Status.REPRODUCED), (0, Status.NOT_SEEN)])
def test_the_headline_can_be_tested_on_its_own_data(dataset, wrong, status):
    uneven = scores(wrong)
    if wrong:  # people differ, so that the interval has a width
        uneven[:EACH] = scores(wrong + 3)[:EACH]
    records = {HEADLINE.name: record(HEADLINE.name, dataset, both=uneven)}
    judgement = judged(records, "headline")
    assert judgement.status is status
    assert "The paper: RML 64.57 %" in judgement.evidence


def test_the_hardest_class_can_be_tested_on_its_own_data():
    answer = np.array([EXPRESSIONS.index(name) for name in TRUTH])
    answer[answer == EXPRESSIONS.index("sadness")] = 0
    records = {HEADLINE.name: record(HEADLINE.name, "baum1s", both=np.eye(6)[answer])}
    assert judged(records, "hardest").status is Status.REPRODUCED
    assert judged(table_4(mffcnn=1), "hardest").status is Status.NO_DATA
    assert "RML disgust, BAUM-1s sadness" in judged({}, "hardest").evidence


def test_records_of_several_data_sets_are_refused():
    records = {
        "a": several(record("a", both=scores(1))),
        "b": several(record("b", "ravdess", both=scores(1))),
    }
    with pytest.raises(ParameterError, match="expected one data set, got ravdess, synthetic"):
        judge_claims(records)


def test_records_of_other_clips_are_refused():
    records = table_4(mffcnn=1, icltp=3)
    other = records["icltp"].predictions
    clips = tuple(f"other{i}" for i in range(len(TRUTH)))
    records["icltp"] = replace(records["icltp"], predictions=replace(other, clips=clips))
    with pytest.raises(ParameterError, match="expected records of the same clips"):
        judged(records, "other-methods")


def test_a_check_that_fails_stops_the_ledger(monkeypatch):
    from mffcnn_book.paper import _reported

    wrong = [
        replace(one, printed="58.00")
        if (one.place, one.row, one.dataset) == ("Table 2", "S->T C_3_1, C_4_1, C_5_1", "BAUM-1s")
        else one
        for one in _reported.REPORTED
    ]
    monkeypatch.setattr(_reported, "REPORTED", tuple(wrong))
    with pytest.raises(ParameterError, match="expected checks that hold, got .*58.67"):
        judge_claims({})


def test_records_come_from_one_rendering():
    here, there = table_4(mffcnn=1), table_4(mffcnn=2, icltp=3)

    def evidence(configuration, origin):
        found = {"this build": here, "reference run": there}[origin].get(configuration.name)
        return found and SimpleNamespace(record=found, origin=origin, run={"seconds": 1})

    profile = SimpleNamespace(recogniser=lambda one: SimpleNamespace(seeded=True))
    work = SimpleNamespace(evidence=evidence, profile=profile)
    expected = {
        name: Trainings((one,), "reference run", {"seconds": 1}) for name, one in there.items()
    }
    assert gather_records(work) == (expected, "reference run")
    there.clear()
    assert gather_records(work)[1] == "this build"


@pytest.fixture
def told(monkeypatch):
    """Return the verdict on given records, with five trainings of each."""

    def of(records):
        trainings = {name: several(one, count=5) for name, one in records.items()}
        monkeypatch.setattr(_verdict, "gather_records", lambda work: (trainings, "this build"))
        profile = SimpleNamespace(seed=0, name="toy")
        return verdict(SimpleNamespace(profile=profile, dataset_name="synthetic"))

    return of


def product(with_it, without):
    """Return records of the method, and of the same without its products or with sums."""
    unfused = GRIDS["streams"].row("both, no product").configuration.name
    added = GRIDS["operations"].row("sum").configuration.name
    whole = dict.fromkeys(("both", "softmax", "without_dbn"), scores(with_it))
    return {
        HEADLINE.name: record(HEADLINE.name, **whole),
        unfused: record(
            unfused, both=scores(without), spatial=scores(without), temporal=scores(without)
        ),
        added: record(added, both=scores(without)),
    }


def test_the_verdict_follows_the_records(told):
    def line(found, name):
        return next(one for one in found["claims"] if one["name"] == name)

    better = told(product(2, 5))
    assert len(better["bullets"]) == 3
    assert "recognises 83.3 % (83 to 83; 5 trainings) of the clips" in better["bullets"][0]
    assert "worth +25.0 points (+25.0 to +25.0; 5 trainings; clear)" in better["bullets"][1]
    assert line(better, "multiplication")["status"] == "holds here"
    worse = told(product(5, 2))
    assert "worth -25.0 points (-25.0 to -25.0; 5 trainings; clear)" in worse["bullets"][1]
    assert line(worse, "multiplication")["status"] == "does not hold here"
    assert line(told(product(2, 2)), "multiplication")["status"] == "not seen here"
    for found in (better, worse):
        assert line(found, "headline")["status"] == "cannot be tested without the data"
        assert line(found, "higher-layers")["page"] == "/notebooks/16_audit"


def test_a_verdict_without_records_promises_nothing(told):
    found = told({})
    assert "(to be measured)" in found["bullets"][0]
    assert "has no record beside the same network without" in found["bullets"][1]
    assert found["means"] == [
        "None of this is measured yet: "
        "`mffcnn evaluate operations today controls split` measures it."
    ]
    statuses = {one["status"] for one in found["claims"]}
    assert not statuses & {"holds here", "does not hold here", "not seen here"}


def test_whether_networks_are_worth_their_cost_follows_the_simplest_method(told):
    simple = GRIDS["controls"].row("HOG of a frame and a grid of flow, SVM").configuration.name
    for ours, theirs, sense in ((1, 5, "are worth"), (5, 1, "is worth its cost yet")):
        records = product(ours, 3) | {simple: record(simple, method=scores(theirs))}
        assert sense in told(records)["means"][0]
