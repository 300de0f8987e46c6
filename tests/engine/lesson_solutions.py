"""A reference solution of every lesson: for each step, a move for each of its tasks."""

from tests.engine.lesson_moves import (
    CHECK,
    Move,
    activation,
    both,
    cut_edge,
    draw_edge,
    new_input,
    noise,
    open_dock,
    put,
    say,
    seed,
    select,
    settings,
    show_row,
    train,
    until,
    updates,
    wire_newest,
)

Solution = list[list[Move]]

GRADES: dict[str, Solution] = {
    "student-grade": [
        [select("2")],
        [select(("1", "4")), say("11")],
        [until("activation", "4"), say("above ½"), until("activation", "6")],
        [say("0.526"), until("loss", "6")],
        [until("error", "6"), say("positive"), until("error", "4")],
        [say("0"), until("gradient", "4")],
        [say("-0,261"), until("value", "4")],
    ],
    "student-grade-table": [
        [open_dock("samples"), show_row(3)],
        [train(1), say("24")],
        [train()],
        [say("test")],
        [train(), say("1")],
    ],
}

FUNCTIONS: dict[str, Solution] = {
    "guess-and-check": [
        [put("k", 3), put("k", 4), put("k", 3.7)],
        [until("value", "k"), say("2.85"), train(10)],
        [train(20), say("1.609")],
    ],
    "parabola": [
        [say("12"), open_dock("surface")],
        [open_dock("h-table"), say("13.04"), say("13")],
        [until("gradient", "x")],
        [say("1.87"), updates()],
        [say("−11"), updates()],
        [train(200), say("0")],
    ],
    "three-inputs": [
        [say("-5"), until("sum", "f")],
        [say("3"), say("-2"), until("gradient", "c")],
        [say("-2.03"), updates()],
    ],
    "chain-of-speeds": [
        [say("6"), until("sum", "z")],
        [until("derivative", "x")],
        [put(("x", "y"), 5)],
    ],
    "convex-or-not": [
        [open_dock("surface"), train(200)],
        [train(200)],
        [train(200), say("B")],
    ],
    "which-way-is-down": [
        [open_dock("surface")],
        [select(("1", "y"))],
        [updates(), train(40)],
        [both(settings(rate=1.0), updates()), say("yes")],
    ],
    "slope-and-knobs": [
        [open_dock("knobs"), say("9")],
        [until("gradient", "3"), say("its bias")],
        [say("0.0657"), put(("3", "f"), 1.3)],
    ],
}

CIRCUITS: dict[str, Solution] = {
    "sum": [[until("sum", "f"), put("b", 4)], [say("1/2"), until("derivative", "b")]],
    "product-of-a-sum": [
        [say("20"), until("sum", "f")],
        [say("4"), until("error", "z")],
        [say("4"), until("derivative", "b")],
        [put("d", 7)],
    ],
    "x-plus-y-times-z": [
        [say("3"), until("sum", "f")],
        [say("-4"), until("derivative", "z")],
        [say("-4"), until("derivative", "x")],
        [say("-0.4"), put("x", -1.9)],
    ],
    "one-minus": [
        [until("sum", "f")],
        [say("-1"), until("derivative", "x1")],
        [put("x2", 5)],
    ],
    "two-neurons": [[until("sum", "f")], [say("1"), say("-1"), until("derivative", "x3")]],
    "many-inputs": [
        [say("-1"), until("derivative", "x5")],
        [new_input(), wire_newest("x2")],
    ],
    "weights-on-the-edges": [
        [say("0"), until("sum", "f")],
        [say("-2"), until("gradient", ("3", "2"))],
        [updates(), say("up")],
    ],
    "activation": [
        [say("2"), until("sum", "f")],
        [until("error", "2"), say("yes")],
        [until("gradient", ("4", "2"))],
    ],
    "many-paths": [
        [say("2"), until("sum", "f")],
        [until("derivative", "3"), say("smaller")],
        [cut_edge("3", "1"), until("derivative", "3")],
    ],
    "two-inputs": [
        [until("sum", "f")],
        [say("2"), until("derivative", "x1")],
        [put("x1", 0), say("-1"), both(put("x2", -1), until("derivative", "x1"))],
    ],
    "logistic-loss": [
        [until("sum", "L")],
        [say("-0.1824"), until("error", "u")],
        [train(10)],
    ],
    "order-and-loops": [
        [say("p"), until("sum", "f")],
        [draw_edge("r", "p")],
        [draw_edge("a", "r")],
    ],
}

PERCEPTRONS: dict[str, Solution] = {
    "counting": [[say("6")], [say("20")], [say("26"), say("32")]],
    "smallest-perceptron": [
        [put(("x", "y"), 1)],
        [say("101"), updates()],
        [updates(4), say("-299.2")],
        [train(1)],
        [train(100)],
    ],
    "second-smallest-perceptron": [
        [until("gradient", ("2", "y")), say("0")],
        [say("-6"), until("gradient", ("2", "y"))],
        [train(20), say("2")],
    ],
    "deep-chain": [
        [until("activation", "3")],
        [until("error", "3")],
        [say("2"), until("error", "1")],
        [until("gradient", "1"), say("w₃")],
    ],
    "squared-error-regression": [
        [open_dock("samples"), say("5")],
        [until("gradient", ("2", "y"))],
        [train(100), say("no")],
    ],
    "sigmoid-perceptron": [
        [until("activation", "y")],
        [until("gradient", ("2", "y"))],
        [train(100), say("5")],
    ],
}

LOSSES: dict[str, Solution] = {
    "loss-gallery": [
        [open_dock("function"), put("p", 0.5)],
        [say("-3"), until("error", "y")],
        [train(10), say("0")],
        [put("p", 1.5)],
        [put("p", -4)],
    ],
    "softmax": [
        [until("sum", "frog"), say("car")],
        [until("exp", "frog")],
        [say("0.13"), until("probability", "frog")],
        [until("loss"), say("2.04")],
        [train(10), say("cat")],
    ],
    "linear-classifier": [
        [until("sum", "ship"), say("dog")],
        [open_dock("matrices"), say("3")],
        [select(*((pixel, "cat") for pixel in "1234")), train(20)],
    ],
    "penalties": [[train(), say("0")], [train()], [train(), say("x₁ and x₃")]],
}

TRAINING: dict[str, Solution] = {
    "batches": [
        [train()],
        [train()],
        [train(), say("1")],
        [train(30), say("yes")],
    ],
    "four-ways": [
        [say("-0.0435")],
        [until("gradient", ("4", "6"))],
        [open_dock("h-table"), say("no")],
        [CHECK, say("11")],
    ],
    "loss-curves": [[train()], [train()], [train()], [train()], [train(), say("test")]],
    "when-to-stop": [
        [train()],
        [train()],
        [train(), say("82")],
        [train(), say("tiny changes")],
    ],
    "matrices": [
        [until("activation", "5"), open_dock("matrices")],
        [say("0.3"), select(("3", "4"))],
        [put(("3", "4"), -1), until("sum", "7")],
    ],
}

POINTS: dict[str, Solution] = {
    "xor": [[open_dock("map"), train(), say("no")], [train()], [select("h1")]],
    "set-circle": [
        [open_dock("map"), train(10), train(60)],
        [noise(0.3), train(50)],
    ],
    "set-xor": [[open_dock("map"), train(100)], [seed(9), train(100)]],
    "set-gauss": [[open_dock("map"), train(100)], [noise(0.5), train(50), say("no")]],
    "set-spiral": [[open_dock("map"), train(50), say("no")], [train(200)]],
    "set-plane": [[open_dock("map"), train(40)], [activation("y", "identity"), train(40)]],
    "set-bumps": [[open_dock("map"), train(50)], [train(120)]],
}

SOLUTIONS = GRADES | FUNCTIONS | CIRCUITS | PERCEPTRONS | LOSSES | TRAINING | POINTS
