"""What is printed, as compact text; `_reported` reads it."""

DATASETS = ("RML", "BAUM-1s")
"""The paper's data sets, by their usual names."""

# One line per row: name, then one printed value for each data set.  Stages are written as the
# grids of `experiments` name them; the paper writes C_4_1_R+C_4_1 for the product in stage 4.
BY_DATASET = {
    "Table 1": """
        T->S C_2_1                       62.67 56.33
        T->S C_3_1                       61.45 55.14
        T->S C_4_1                       64.04 58.63
        T->S C_5_1                       63.21 58.32
        T->S C_4_1, C_5_1                65.02 60.21
        T->S C_3_1, C_4_1, C_5_1         64.78 59.33
        T->S C_2_1, C_3_1, C_4_1, C_5_1  63.81 57.43
    """,
    "Table 2": """
        T->S C_2_1                       62.67 56.33
        S->T C_2_1                       61.35 55.47
        T->S C_5_1                       63.21 58.32
        S->T C_5_1                       62.03 57.34
        T->S C_4_1, C_5_1                65.02 60.21
        S->T C_4_1, C_5_1                64.57 58.35
        T->S C_3_1, C_4_1, C_5_1         64.78 59.33
        S->T C_3_1, C_4_1, C_5_1         64.07 58.67
        T->S C_2_1, C_3_1, C_4_1, C_5_1  63.81 57.43
        S->T C_2_1, C_3_1, C_4_1, C_5_1  62.73 56.82
    """,
    "Table 3": """
        5x5 and 3x3      63.52 59.32
        11x11 and 9x9    64.66 60.81
        17x17 and 15x15  65.36 62.34
        35x35 and 33x33  63.21 61.03
    """,
    "Table 4": """
        ML-UDSGPLVM  57.66 53.06
        DWMV         58.64 54.09
        ICTP         60.07 55.29
        MFFCNN       64.57 60.89
    """,
    "Abstract": "MFFCNN 64.57 60.89",
}

# Rows: true class; columns: recognised as, in the order of EXPRESSIONS; "-": a blank cell.
CONFUSION = {
    ("Fig. 7", "RML"): """
        angry     68.31 20.13 11.56 0     0     0
        hate      0     57.68 13.02 0     15.23 14.07
        fear      31.24 0     63.33 0     0     5.43
        happy     0     5.63  0     70.36 -     24.01
        sad       0     0     15.37 0     60.68 23.95
        surprise  0     0     0     0     32.94 67.06
        Average   64.57
    """,
    ("Fig. 8", "BAUM-1s"): """
        angry     65.31 0     34.69 0     0     0
        hate      0     58.56 25.61 0     15.83 0
        fear      0     1032  61.44 0     28.24 0
        happy     0     0     0     63.08 -     36.92
        sad       0     21.43 17.12 3.24  58.21 0
        surprise  6.88  34.38 0     0     0     58.74
        Average   60.89
    """,
}
LABELS = ("angry", "hate", "fear", "happy", "sad", "surprise")

NOTES = {
    ("Fig. 8", "fear", "hate"): "more than 100 %: a decimal point is missing",
    ("Fig. 7", "happy", "sad"): "blank; the row sums to 100 without it",
    ("Fig. 8", "happy", "sad"): "blank; the row sums to 100 without it",
}

IN_TEXT = (
    ("Sec. 4.4", "aversion", "RML", "57.68", "%"),
    ("Sec. 4.4", "sadness", "BAUM-1s", "58.21", "%"),
    ("Sec. 4.1", "videos", "RML", "720", "videos"),
    ("Sec. 4.1", "people", "RML", "8", "people"),
    ("Sec. 4.1", "expressions", "RML", "6", "expressions"),
    ("Sec. 4.1", "videos", "BAUM-1s", "1,222", "videos"),
    ("Sec. 4.1", "people", "BAUM-1s", "31", "people"),
    ("Sec. 4.1", "expressions", "BAUM-1s", "8", "expressions"),
    ("Sec. 4.1", "videos of the six expressions", "BAUM-1s", "521", "videos"),
    ("Sec. 3.2", "fragment L", "", "16", "frames"),
    ("Sec. 3.2", "flow images of a fragment", "", "15", "images"),
    ("Sec. 4.3", "sub-sequence w", "", "28", "frames"),
    ("Sec. 4.3", "attenuation rho", "", "0.2", ""),
    ("Sec. 4.3", "learning rate eta", "", "0.02", ""),
)
