"""Where a run has points of its curve: what they cost, that they are those of Step, and who stops.

What is counted is updates and multiply-adds, never time.
"""

import math
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise, product
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.curve import (
    ALLOWED,
    CHEAP_POINT,
    FEW_ROWS,
    FIRST,
    FIRST_OF_FEW,
    SHARE,
    SHARE_OF_ALL,
    Curve,
    Point,
    PointSchedule,
    has_point,
    schedule_of,
    work_of_point,
    work_of_update,
)
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.stepping import go_to
from engine.experiment.training import Goal, RunCommand, Training, train, trained
from engine.experiment.walk import START, Context, EpochPosition, batch_size, epoch_position_after
from engine.functions.losses import LOSSES, REDUCTIONS
from engine.functions.optimizers import Optimizer, Schedule
from engine.settings import Settings, Stops
from tests.engine.experiments import (
    EVERY_OPTIMIZER,
    Made,
    logarithm,
    points_from,
    random_data,
    returned,
    same_points,
    scheduled,
    small,
    stepped,
)
from tests.engine.networks import layered
from tests.sampled import sampled

SIZES = ((1, 1), (2, 3, 1), (2, 8, 8, 1), (5, 30, 3), (20, 100, 2))
RULES = (
    Stops(),
    Stops(epochs=9),
    Stops(loss_below=0.1),
    Stops(patience=3),
    Stops(change_below=1e-3, epochs=50),
    Stops(misclassified_below=0.1),
)
SPACED = 12  # at most; with many samples each stands four times as far as the one before


@cache
def start(sizes: tuple[int, ...]) -> Experiment:
    """One of each structure: only the number of samples and the settings differ."""
    network = layered(sizes)
    return new_experiment(network, data=random_data(network, 2))


def drawn(seed: int) -> Context:
    """Any number of samples, any batch, a rule or none."""
    random = Random(seed)
    sizes = random.choice(SIZES)
    rows = random.choice((random.randint(1, 40), random.randint(1, 600), random.randint(1, 5000)))
    tests = random.choice((0, 0, rows // 3))
    begun = start(sizes)
    training_rows = rows - tests
    small_batch = random.randint(1, min(64, training_rows))
    settings = Settings(
        batch=random.choice((None, 1, small_batch, random.randint(1, training_rows))),
        shuffle=random.random() < 0.5,
        stops=random.choice(RULES) if random.random() < 0.6 else Stops(),
    )
    data = random_data(begun.network, rows, tests)
    return replace(begun.context, data=data, settings=settings)


DRAWN = range(240)


def epoch_of(context: Context) -> int:
    """The updates of an epoch."""
    return -(-len(context.data.training) // batch_size(context.settings, context.data))


def share_of(context: Context) -> int:
    return SHARE_OF_ALL if epoch_of(context) == 1 else SHARE


def early(context: Context, schedule: PointSchedule) -> int:
    """The last update of those that stand ever farther apart."""
    return schedule.apart[-1] if schedule.apart else schedule.each


def each_up_to(context: Context) -> int:
    """As many updates at first have each a point as are little work; some where it is cheap."""
    allowed = ALLOWED * work_of_update(context) // work_of_point(context)
    first = FIRST_OF_FEW if context.data.count <= FEW_ROWS else FIRST
    return max(first if work_of_point(context) <= CHEAP_POINT else 1, allowed)


def begun(context: Context, random: Random) -> Made:
    """Before the first update; or some update at any row, as after another size of batch."""
    if random.random() < 0.6:
        return Made(0, START)
    row = random.randrange(len(context.data.training))
    return Made(random.randrange(3000), EpochPosition(random.randrange(9), row))


@pytest.mark.parametrize("seed", sampled(DRAWN, 80))
def test_the_first_updates_have_each_a_point_then_they_stand_farther_and_farther_apart(
    seed: int,
) -> None:
    context = drawn(seed)
    schedule = schedule_of(context)
    last, each = early(context, schedule), each_up_to(context)
    found = [made.update for made in islice(points_from(context, Made(0, START)), 300)]
    later = schedule.every or schedule.epochs * epoch_of(context)
    spaced = [each]
    while spaced[-1] < later:
        more = spaced[-1] // 4 if context.data.count <= FEW_ROWS else 3 * spaced[-1]
        spaced.append(spaced[-1] + min(max(more, later // 32), later))
    assert last == spaced[-1] and len(spaced) - 1 <= SPACED
    ends = range(epoch_of(context), last + 1, epoch_of(context))
    wanted = {*range(1, each), *spaced, *(ends if schedule.epochs == 1 else ())}
    assert [update for update in found if update <= last] == sorted(wanted)
    assert all(left < right for left, right in pairwise(found))


@pytest.mark.parametrize("seed", sampled(DRAWN, 80))
def test_later_points_are_never_too_far_apart_and_at_odd_distances(seed: int) -> None:
    context, random = drawn(seed), Random(seed)
    settings, epoch = context.settings, epoch_of(context)
    found = list(islice(points_from(context, begun(context, random)), 300))
    apart = share_of(context) * work_of_point(context) / work_of_update(context)
    gaps = np.diff([made.update for made in found])
    # Rounded up to an odd one; to an odd number of epochs where it is no small part of one.
    assert gaps.max() <= (apart + 2 if epoch > 2 * (apart + 2) else apart + 2 * epoch + 1)
    if settings.stops.look_at_points:
        assert gaps.max() <= epoch
    late = [made for made in found if made.update > early(context, schedule_of(context))]
    assert len(late) > 100
    within = [made.update for made in late if made.turn.row]
    if within:  # besides the ends of epochs: every so manieth update
        every, all_of_them = math.gcd(*within), {made.update for made in late}
        assert every % 2 == 1
        assert set(range(within[0], within[-1], every)) <= all_of_them
    ends = [made.turn.epoch for made in late if not made.turn.row]
    apart_by = set(np.diff(ends).tolist())
    assert len(apart_by) == 1 and apart_by.pop() % 2 == 1


@pytest.mark.parametrize("seed", sampled(DRAWN, 80))
def test_the_work_of_all_points_is_a_small_share_of_that_of_learning(seed: int) -> None:
    """But for the early ones, and where a rule looks at the end of each epoch."""
    context = drawn(seed)
    point, update = work_of_point(context), work_of_update(context)
    found = [made.update for made in islice(points_from(context, Made(0, START)), 600)]
    schedule = schedule_of(context)
    first = early(context, schedule)
    late = [made for made in found if made > first]
    learning = (late[-1] - first) * update
    ends = (late[-1] - first) / epoch_of(context) * context.settings.stops.look_at_points
    # The end of an epoch is one more, where at least two others lie between two ends.
    assert (len(late) - 1 - ends) * point * share_of(context) <= (
        1.55 if schedule.every else 1.05
    ) * learning
    assert sum(made <= first for made in found) <= each_up_to(context) + SPACED + 1


def test_work_grows_with_samples_batch_and_parameters() -> None:
    few, many, wide = small(rows=50), small(rows=500), small(rows=50, sizes=(2, 300, 1))
    for work in (work_of_update, work_of_point):
        assert work(wide.context) > work(few.context) > 10_000
    larger = with_settings(few, replace(few.settings, batch=30))
    assert work_of_update(larger.context) > work_of_update(few.context)
    assert work_of_point(larger.context) == work_of_point(few.context)
    assert work_of_point(many.context) > work_of_point(few.context)
    assert work_of_update(many.context) == work_of_update(few.context)


@pytest.mark.parametrize("seed", sampled(DRAWN, 80))
def test_from_any_update_on_the_points_are_the_same(seed: int) -> None:
    context, random = drawn(seed), Random(seed)
    settings, data, schedule = context.settings, context.data, schedule_of(context)
    first = begun(context, random)
    found = [made.update for made in islice(points_from(context, first), 120)]
    near = [update + aside for update in found[:-1] for aside in (-1, 0, 1)]
    anywhere = [random.randrange(first.update, found[-1]) for _ in range(200)]
    for update in (*near, *anywhere):
        if not first.update <= update < found[-1]:
            continue
        turn = epoch_position_after(settings, data, first.turn, update - first.update)
        following = next(other for other in found if other > update)
        assert schedule.next_after(update, turn) == following


@pytest.mark.parametrize("seed", sampled(DRAWN, 20))
def test_a_run_that_goes_as_steps_has_the_points_of_steps(seed: int) -> None:
    context, random = drawn(seed), Random(seed)
    settings, data, first = context.settings, context.data, begun(context, random)
    found = [made.update for made in islice(points_from(context, first, as_steps=True), 30)]
    wanted, turn = [], first.turn
    for update in range(first.update + 1, found[-1] + 1):
        turn = epoch_position_after(settings, data, turn, 1)
        if has_point(context, update, turn.row == 0):
            wanted.append(update)
    assert found == wanted


@pytest.mark.long
def test_two_thousand_experiments_and_many_points() -> None:
    for seed in range(1000, 3000):
        test_the_first_updates_have_each_a_point_then_they_stand_farther_and_farther_apart(seed)
        test_later_points_are_never_too_far_apart_and_at_odd_distances(seed)
        test_the_work_of_all_points_is_a_small_share_of_that_of_learning(seed)
        test_from_any_update_on_the_points_are_the_same(seed)


# The points themselves.


def updates_of(curve: Curve) -> list[int]:
    return [int(update) for update in curve.column("update")]


def tables_agree(by_train: Curve, by_step: Curve, updates: list[int]) -> None:
    """The run has these points and no other, and each is that of Step to the last bit."""
    assert updates_of(by_train) == updates
    of_step = by_step.table[np.isin(by_step.column("update"), updates)]
    assert of_step.tobytes() == by_train.table.tobytes()


def of_loss(name: str, **settings: Any) -> Experiment:
    """Three outputs, 23 samples of which 7 are for the test, a rest batch of 2."""
    last = "sigmoid" if LOSSES[name].by_sum else None
    network = layered((2, 4, 3), "tanh", last)
    generator = np.random.default_rng(len(name))
    classes = np.eye(3)[generator.integers(0, 3, 23)]
    if name == "hinge":
        classes = 2 * classes - 1
    cells = np.hstack([generator.uniform(-1, 1, (23, 2)), classes])
    data = make_data(network.inputs, network.outputs, cells, np.arange(23) % 3 == 1)
    numbers = generator.uniform(-0.8, 0.8, len(network.places))
    settings = {"rate": 0.02, "batch": 7, "shuffle": True, **settings}
    return new_experiment(
        network, data=data, settings=Settings(loss=name, **settings), parameters=numbers
    )


OF_LOSS = tuple(product(LOSSES, REDUCTIONS, EVERY_OPTIMIZER))


@pytest.mark.parametrize(("name", "reduction", "optimizer"), sampled(OF_LOSS, 14))
def test_points_of_train_are_those_of_step_to_the_last_bit(
    name: str, reduction: Any, optimizer: Optimizer
) -> None:
    random = Random(f"{name}{reduction}{optimizer.kind}")
    start = of_loss(
        name, reduction=reduction, optimizer=optimizer, l1=random.choice((0, 1e-3)),
        l2=random.choice((0, 1e-2)), batch=random.choice((1, 7, None)),
    )  # fmt: skip
    by_step = stepped(start, 90)
    by_train = trained(start, Goal(updates=90))
    assert by_train.parameters.tobytes() == by_step.parameters.tobytes()
    tables_agree(by_train.curve, by_step.curve, scheduled(start, 90))
    assert len(updates_of(by_train.curve)) < 40
    if LOSSES[name].has_targets:
        assert np.isfinite(by_train.curve.column("test_accuracy")).all()
        assert np.isfinite(by_train.curve.table[1:]).all()


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize("batch", [1, 7, None])
@pytest.mark.parametrize("name", LOSSES)
def test_far_more_points_of_train_are_those_of_step(name: str, batch: int | None) -> None:
    start = of_loss(name, batch=batch, optimizer=Optimizer("adam"))
    by_step = trained(start, Goal(updates=12_000, as_steps=True))
    by_train = trained(start, Goal(updates=12_000))
    assert by_train.parameters.tobytes() == by_step.parameters.tobytes()
    assert updates_of(by_train.curve) == scheduled(start, 12_000)
    assert same_points(by_train.curve, by_step.curve)


# Who stops, and when.


def stopped_by_hand(experiment: Experiment, by_step: Curve, end: int) -> tuple[int, str]:
    """A plain loop over the points of Step, at the updates that have a point in a run."""
    stops, best, best_epoch = experiment.settings.stops, math.inf, 0
    turn, before = experiment.turn, experiment.updates
    assert before == 0
    for update in scheduled(experiment, end)[1:]:
        turn = epoch_position_after(experiment.settings, experiment.data, turn, update - before)
        before, point = update, by_step.at(update)
        assert point is not None
        progress = point.loss if math.isnan(point.test_loss) else point.test_loss
        if turn.row == 0 and progress < best:
            best, best_epoch = progress, turn.epoch
        if (rule := rule_met(stops, point, turn, best_epoch)) is not None:
            return update, rule
    return end, "goal"


def rule_met(stops: Stops, point: Point, turn: EpochPosition, best_epoch: int) -> str | None:
    if stops.loss_below is not None and point.loss < stops.loss_below:
        return "loss"
    if stops.change_below is not None and point.change < stops.change_below:
        return "change"
    wrong = round(1 - point.accuracy, 12)
    if stops.misclassified_below is not None and wrong < stops.misclassified_below:
        return "misclassified"
    waited = turn.row == 0 and turn.epoch - best_epoch
    if stops.patience is not None and waited and waited >= stops.patience:
        return "progress"
    return None


END = 700
SLOWER = Schedule("exponential", factor=0.9)
#: The rule, other settings, and at which update of Step it is to be met first; None: never mind.
STOPPING: dict[str, tuple[str, dict[str, Any], int | None]] = {
    "loss, all at once": ("loss_below", {"batch": None}, 131),
    "loss": ("loss_below", {"batch": 4, "shuffle": True}, 127),
    "loss, soon": ("loss_below", {"batch": 4}, 3),
    "change, all at once": ("change_below", {"batch": None, "schedule": SLOWER}, 53),
    "change": ("change_below", {"batch": 4, "schedule": SLOWER}, 140),
    "misclassified, all at once": ("misclassified_below", {"batch": None, "rate": 0.5}, None),
    "misclassified": ("misclassified_below", {"batch": 4, "rate": 0.2}, None),
    "progress, all at once": ("patience", {"batch": None, "rate": 3.0}, None),
    "progress": ("patience", {"batch": 4, "rate": 1.0, "shuffle": True}, None),
    # Never as little again as once in the midst of an epoch, where the rule does not look.
    "progress, from epoch to epoch": ("patience", {"batch": 5, "rate": 1.0}, None),
}


def with_rule(name: str) -> tuple[Experiment, Curve]:
    """An experiment whose rule is met in the midst of its run, and the curve of its steps."""
    rule, more, wanted = STOPPING[name]
    plain = small(rows=29, tests=9 if rule == "patience" else 0, sizes=(2, 5, 1), **more)
    by_step = trained(plain, Goal(updates=END, as_steps=True)).curve
    bound: float = 3
    if rule == "misclassified_below":
        shares = 1 - by_step.column("accuracy")
        bound = float(np.quantile(shares, 0.3)) + 0.001
    elif wanted is not None:
        column = by_step.column(rule.removesuffix("_below"))
        bound = float(np.nanmin(column[: wanted + 1])) * (1 + 1e-9)
    stops: dict[str, Any] = {rule: bound}
    return with_settings(plain, replace(plain.settings, stops=Stops(**stops))), by_step


@pytest.mark.parametrize("name", STOPPING)
def test_the_first_point_that_meets_the_rule_ends_the_run(name: str) -> None:
    start, by_step = with_rule(name)
    update, rule = stopped_by_hand(start, by_step, END)
    assert rule != "goal" and 3 <= update < END
    whole = trained(start, Goal(updates=END))
    assert whole.ending is not None
    assert (whole.updates, whole.ending.rule, whole.ending.update) == (update, rule, update)
    assert whole.ending.sentence.startswith(f"Stopped at update {update}: ")
    tables_agree(whole.curve, by_step, scheduled(start, update))
    plain = with_settings(start, replace(start.settings, stops=Stops()))
    same_numbers = trained(plain, Goal(updates=update))
    assert whole.parameters.tobytes() == same_numbers.parameters.tobytes()
    assert whole.turn == same_numbers.turn
    for past in (1, update // 2, update - 1):
        there, here = go_to(same_numbers, past, 0), go_to(whole, past, 0)
        assert here.parameters.tobytes() == there.parameters.tobytes()


@pytest.mark.parametrize("most", [1, 7, 64, 1000, None])
@pytest.mark.parametrize("name", [*STOPPING, "epochs, all at once", "epochs"])
def test_however_it_is_pulled_it_stops_at_the_same_update(name: str, most: int | None) -> None:
    if name in STOPPING:
        start, _ = with_rule(name)
    else:
        batch = None if "all" in name else 4
        start = small(rows=29, batch=batch, stops=Stops(epochs=41))
    whole, pulled = (
        trained(start, Goal(updates=END)),
        returned(train(start, Goal(updates=END)), RunCommand(most=most)),
    )
    assert whole.ending is not None and pulled.ending is not None
    assert pulled.updates == whole.updates < END
    assert pulled.curve == whole.curve
    assert (pulled.ending.sentence, pulled.ending.rule) == (
        whole.ending.sentence, whole.ending.rule
    )  # fmt: skip
    assert pulled.parameters.tobytes() == whole.parameters.tobytes()
    assert pulled.newest == whole.newest == whole.updates
    for update in range(0, whole.updates, 13):
        here, there = go_to(pulled, update, 0), go_to(whole, update, 0)
        assert here.parameters.tobytes() == there.parameters.tobytes()


@pytest.mark.parametrize(("batch", "epoch"), [(None, 1), (4, 8)])
def test_the_number_of_epochs_is_counted_and_needs_no_point(batch: int | None, epoch: int) -> None:
    start = small(rows=29, batch=batch, stops=Stops(epochs=41))
    done = trained(start)
    assert done.updates == 41 * epoch
    assert done.ending is not None
    assert done.ending.sentence == f"Stopped at update {41 * epoch}: 41 epochs are done, as set."
    assert updates_of(done.curve) == scheduled(start, 41 * epoch)
    without = with_settings(start, replace(start.settings, stops=Stops()))
    assert scheduled(start, 41 * epoch) == scheduled(without, 41 * epoch)


# Stop, and what is seen of a run.


def stopped_after(run: Training, most: int) -> Experiment:
    """So many updates, then Stop."""
    next(run)
    assert run.send(RunCommand(most=most)).done == most
    with pytest.raises(StopIteration) as stopped:
        run.send(RunCommand(stop=True))
    result: Experiment = stopped.value.value
    return result


@pytest.mark.parametrize("batch", [1, 7, None])
@pytest.mark.parametrize("after", [2, 41, 333])
def test_stop_leaves_a_point_where_learning_stands_and_from_there_it_goes_on_as_if_nothing_was(
    batch: int | None, after: int
) -> None:
    start = of_loss("half squared", batch=batch, optimizer=Optimizer("momentum"))
    whole = trained(start, Goal(updates=600))
    by_step = trained(start, Goal(updates=600, as_steps=True)).curve
    stopped = stopped_after(train(start), after)
    assert (stopped.updates, stopped.ending) == (after, None)
    tables_agree(stopped.curve, by_step, scheduled(start, after))
    further = trained(stopped, Goal(updates=600 - after))
    assert further.parameters.tobytes() == whole.parameters.tobytes()
    tables_agree(further.curve, by_step, sorted({*updates_of(whole.curve), after}))


@pytest.mark.parametrize("most", [1, 5, 64])
def test_the_update_that_is_seen_has_a_point_that_is_not_kept(most: int) -> None:
    start = of_loss("half squared", batch=7)
    by_step = trained(start, Goal(updates=400, as_steps=True)).curve
    run = train(start, Goal(updates=400))
    progress = next(run)
    while progress.ending is None:
        progress = run.send(RunCommand(most=most))
        tables_agree(progress.curve, by_step, scheduled(start, progress.update))
    with pytest.raises(StopIteration) as stopped:
        next(run)
    assert stopped.value.value.curve == trained(start, Goal(updates=400)).curve


def test_nobody_looks_so_only_the_points_of_the_record_are_made() -> None:
    start = of_loss("half squared", batch=7)
    run = train(start, Goal(updates=30_000))
    wanted = scheduled(start, 30_000)
    begin, *seen = run
    assert len(seen) > 3 and updates_of(begin.curve) == []  # the first point comes with others
    for progress in seen:
        assert updates_of(progress.curve) == [each for each in wanted if each <= progress.update]


def test_where_a_point_costs_much_none_is_made_to_be_seen() -> None:
    start = small(rows=100_000)
    assert work_of_point(start.context) > CHEAP_POINT
    stopped = stopped_after(train(start), 333)
    assert updates_of(stopped.curve) == [each for each in scheduled(start, 334) if each <= 333]
    assert 333 not in updates_of(stopped.curve)


def test_a_run_that_becomes_infinite_has_a_point_at_its_last_finite_update() -> None:
    start = logarithm(30.0, rate=1.0, samples=(1.0, 1.5))
    for command in (None, RunCommand(most=1), RunCommand(most=64), RunCommand()):
        done = returned(train(start), command)
        assert done.ending is not None and done.ending.rule == "infinite"
        by_step = stepped(start, done.updates)
        assert done.updates > 100
        tables_agree(done.curve, by_step.curve, scheduled(start, done.updates))
        assert done.parameters.tobytes() == by_step.parameters.tobytes()
