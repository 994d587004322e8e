from mffcnn_book.project import MANIFESTS, Project


def test_a_project_is_found_from_inside(root):
    assert Project.find(root / "notebooks") == Project.find(root) == Project(root)


def test_any_other_folder_takes_what_the_package_carries(tmp_path, root):
    project = Project.find(tmp_path)
    assert project.root == tmp_path
    assert project.manifest("rml") == root / "data_manifests" / "rml.yaml"
    assert project.profile("smoke") == root / "notebooks" / "profiles" / "smoke.yaml"
    assert project.data("rml").parents[1] == tmp_path


def test_manifests_of_its_own_are_the_only_ones(tmp_path):
    (tmp_path / MANIFESTS).mkdir()
    assert not Project.find(tmp_path).manifest("rml").exists()
