using Weighhouse.Versioning;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Tests.Versioning.Diffs;

public sealed class TreeDiffTests(ITestOutputHelper output)
{
    private const int Rounds = 300;

    private readonly MemoryObjects _store = new();

    private TreeDiffer Differ => new(_store, new VersioningOptions());

    [Fact]
    public void A_comparison_tells_what_two_tables_of_files_differ_in()
    {
        var (random, forest) = Seeded();
        for (var round = 0; round < Rounds; round++)
        {
            var old = forest.Any(withLargeFolder: round % 50 == 0);
            var current = random.Next(4) == 0 ? forest.Any() : forest.Changed(old);
            var diff = Differ.Compare(forest.Plant(old).Id, forest.Plant(current).Id, new DiffQuery(FindRenames: false)).Value;
            var expected = old.Keys.Union(current.Keys).Where(path => old.GetValueOrDefault(path) != current.GetValueOrDefault(path))
                .Select(path => (path, !old.ContainsKey(path) ? ChangeKind.Added : current.ContainsKey(path)
                    ? ChangeKind.Modified : ChangeKind.Removed)).OrderBy(change => change.path, NameOrder.Instance);
            Assert.Equal(expected, diff.Changes.Select(change => (change.Path.Text, change.Kind)));
        }
    }

    [Fact]
    public void A_part_of_the_tree_is_compared_alone()
    {
        var (_, forest) = Seeded();
        var old = forest.Plant([new("a/x", "1"), new("a/y", "1"), new("b", "1")]).Id;
        var current = forest.Plant([new("a/x", "2"), new("a/y", "1"), new("b", "2")]).Id;
        foreach (var (path, expected) in new[] { ("a", "a/x"), ("b", "b"), ("a/x", "a/x"), ("a/y", ""), ("none", "") })
        {
            var diff = Differ.Compare(old, current, new DiffQuery(TreePath.Parse(path).Value)).Value;
            Assert.Equal(expected, string.Join(' ', diff.Changes.Select(change => change.Path.Text)));
        }
    }

    [Fact]
    public void A_file_that_moved_is_told_as_renamed()
    {
        var (_, forest) = Seeded();
        var old = forest.Plant([new("a/x", "one"), new("a/y", "two"), new("same", "two"), new("empty", "")]).Id;
        var current = forest.Plant([new("b/x", "one"), new("b/z", "two"), new("same", "two"), new("void", "")]).Id;
        var changes = Differ.Compare(old, current, new DiffQuery()).Value.Changes;
        Assert.Equal(
            [
                ("b/x", "a/x", ChangeKind.Renamed), ("b/z", "a/y", ChangeKind.Renamed), ("empty", null, ChangeKind.Removed),
                ("void", null, ChangeKind.Added),
            ],
            changes.Select(change => (change.Path.Text, change.OldPath?.Text, change.Kind)));
    }

    [Fact]
    public void More_changes_than_asked_for_are_cut_and_said_to_be()
    {
        var (_, forest) = Seeded();
        var tree = forest.Plant(forest.Any(withLargeFolder: true)).Id;
        var diff = Differ.Compare(null, tree, new DiffQuery(ChangesMax: 10)).Value;
        Assert.Equal((10, true), (diff.Changes.Count, diff.IsCut));
    }

    [Fact]
    public void One_change_in_a_large_folder_reads_few_nodes()
    {
        var (_, forest) = Seeded();
        var files = Enumerable.Range(0, 20_000).Select(i => new KeyValuePair<string, string>($"f{i:d5}", "")).ToList();
        var old = forest.Plant(files).Id;
        var before = _store.Ids.ToHashSet();
        files[7_777] = new(files[7_777].Key, "changed");
        var current = forest.Plant(files).Id;
        // What is in both trees is not needed to compare them: all of it but the roots' differing paths may be absent.
        var fresh = _store.Ids.Except(before).ToHashSet();
        Assert.InRange(fresh.Count, 2, 8);
        var changes = Differ.Compare(old, current, new DiffQuery()).Value.Changes;
        Assert.Equal("f07777", Assert.Single(changes).Path.Text);
        Assert.InRange(_store.Reads, 1, 30);
    }

    private (Random Random, Forest Forest) Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        return (random, new Forest(_store, random));
    }
}
