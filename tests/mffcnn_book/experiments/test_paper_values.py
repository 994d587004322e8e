from mffcnn_book.experiments import GRIDS
from mffcnn_book.paper import accuracies


def test_every_accuracy_of_tables_1_to_4_stands_in_the_grid_of_its_table():
    for number in (1, 2, 3, 4):
        in_grid = [row.paper for row in GRIDS[f"table_{number}"].rows if row.paper]
        in_paper = list(accuracies(f"Table {number}").values())
        for values in in_paper:
            assert values in in_grid
    assert len([row for row in GRIDS["table_1"].rows if row.paper]) == 7
    assert len([row for row in GRIDS["table_3"].rows if row.paper]) == 4
