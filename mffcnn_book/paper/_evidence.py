"""Printed numbers that several checks quote."""

from mffcnn_book.paper._check import Values

TABLE_1_RML = Values("Table 1", "62.67 61.45 64.04 63.21 65.02 64.78 63.81", "RML")
TABLE_1_BAUM = Values("Table 1", "56.33 55.14 58.63 58.32 60.21 59.33 57.43", "BAUM-1s")
TABLE_2_RML = Values(
    "Table 2", "62.67 61.35 63.21 62.03 65.02 64.57 64.78 64.07 63.81 62.73", "RML"
)
TABLE_2_BAUM = Values(
    "Table 2", "56.33 55.47 58.32 57.34 60.21 58.35 59.33 58.67 57.43 56.82", "BAUM-1s"
)
TABLE_3_RML = Values("Table 3", "63.52 64.66 65.36 63.21", "RML")
TABLE_3_BAUM = Values("Table 3", "59.32 60.81 62.34 61.03", "BAUM-1s")
TABLE_4 = Values("Table 4", "57.66 53.06 58.64 54.09 60.07 55.29 64.57 60.89")
HEADLINES = Values("Abstract", "64.57 60.89")
FIG_7 = Values(
    "Fig. 7",
    "68.31 20.13 11.56 0 0 0 0 57.68 13.02 0 15.23 14.07 31.24 0 63.33 0 0 5.43 0 5.63 0 70.36 "
    "24.01 0 0 15.37 0 60.68 23.95 0 0 0 0 32.94 67.06 64.57",
)
FIG_8 = Values(
    "Fig. 8",
    "65.31 0 34.69 0 0 0 0 58.56 25.61 0 15.83 0 0 1032 61.44 0 28.24 0 0 0 0 63.08 36.92 0 21.43 "
    "17.12 3.24 58.21 0 6.88 34.38 0 0 0 58.74 60.89",
)
