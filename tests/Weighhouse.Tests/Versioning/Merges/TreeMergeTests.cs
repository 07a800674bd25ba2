using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Merges;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Tests.Versioning.Merges;

public sealed class TreeMergeTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    private readonly MemoryObjects _store = new();

    [Fact]
    public void A_side_that_changed_nothing_leaves_the_other_as_it_is()
    {
        ForRandomTrees((origin, ours, theirs) =>
        {
            Assert.Equal(ours, Clean(origin, ours, origin));
            Assert.Equal(theirs, Clean(origin, origin, theirs));
            Assert.Equal(ours, Clean(origin, ours, ours));
            Assert.Equal(origin, Clean(origin, origin, origin));
        });
    }

    [Fact]
    public void Which_side_is_ours_decides_nothing_but_the_words()
    {
        var clean = 0;
        ForRandomTrees((origin, ours, theirs) =>
        {
            var (one, other) = (Merge(origin, ours, theirs), Merge(origin, theirs, ours));
            if (one.Conflicts.Count == 0) clean++;
            if (one.Conflicts.Count == 0) Assert.Equal(one.Tree, other.Tree);
            Assert.Equal(
                one.Conflicts.Select(conflict => (conflict.Path, conflict.Base, conflict.Ours, conflict.Theirs)),
                other.Conflicts.Select(conflict => (conflict.Path, conflict.Base, conflict.Theirs, conflict.Ours)));
        });
        Assert.InRange(clean, 1, Rounds - 1);
    }

    [Fact]
    public void Every_file_is_what_the_three_tables_say_or_a_conflict()
    {
        var (_, forest) = Seeded();
        for (var round = 0; round < Rounds; round++)
        {
            var origin = forest.Any(withLargeFolder: round % 100 == 0);
            var (ours, theirs) = (forest.Changed(origin), forest.Changed(origin));
            var merged = Merge(forest.Plant(origin).Id, forest.Plant(ours).Id, forest.Plant(theirs).Id);
            var files = forest.Read(merged.Tree.Id);
            foreach (var path in origin.Keys.Union(ours.Keys).Union(theirs.Keys))
            {
                // A conflict of a folder with a file settles everything below it.
                if (merged.Conflicts.Any(conflict => conflict.Path.Contains(TreePath.Parse(path).Value))) continue;
                var (was, mine, other) = (origin.GetValueOrDefault(path), ours.GetValueOrDefault(path), theirs.GetValueOrDefault(path));
                var expected = mine == other || other == was ? mine : mine == was ? other : "a conflict that was not told";
                Assert.Equal(expected, files.GetValueOrDefault(path));
            }
        }
    }

    [Theory]
    [InlineData(MergeChoice.Ours)]
    [InlineData(MergeChoice.Theirs)]
    public void A_chosen_side_leaves_no_conflict_and_has_its_way(MergeChoice choice)
    {
        ForRandomTrees((origin, ours, theirs) =>
        {
            var told = Merge(origin, ours, theirs).Conflicts;
            var settled = Merge(origin, ours, theirs, new MergeStrategy(choice));
            Assert.Empty(settled.Conflicts);
            foreach (var conflict in told)
            {
                var wanted = choice == MergeChoice.Ours ? conflict.Ours : conflict.Theirs;
                var found = new TreeReader(_store).Follow(settled.Tree.Id, conflict.Path);
                if (wanted is null) Assert.Equal(ErrorCode.NotFound, found.Error?.Code);
                else Assert.Equal(wanted, found.Value);
            }
        });
    }

    [Fact]
    public void The_longest_path_chooses()
    {
        var (_, forest) = Seeded();
        TreeInfo Side(string content) => forest.Plant([new("a/x", content), new("a/b/y", content), new("z", content)]);
        var strategy = new MergeStrategy(
            MergeChoice.Fail,
            [new(TreePath.Parse("a").Value, MergeChoice.Theirs), new(TreePath.Parse("a/b").Value, MergeChoice.Ours)]);
        var merged = Merge(Side("1").Id, Side("2").Id, Side("3").Id, strategy);
        Assert.Equal(("z", ConflictKind.BothModified), (Assert.Single(merged.Conflicts).Path.Text, merged.Conflicts[0].Kind));
        Assert.Equal(("3", "2", "2"), Of(forest.Read(merged.Tree.Id)));
        static (string, string, string) Of(SortedDictionary<string, string> files) => (files["a/x"], files["a/b/y"], files["z"]);
    }

    [Fact]
    public void Content_and_the_executable_bit_are_merged_by_themselves()
    {
        TreeInfo Side(string content, bool isExecutable) =>
            new TreeWriter(_store).Write([_store.AddFile("run", content) with { IsExecutable = isExecutable }]).Value;
        var merged = Clean(Side("1", false).Id, Side("2", false).Id, Side("1", true).Id);
        Assert.Equal(Side("2", true).Id, merged);
    }

    [Fact]
    public void Every_kind_of_conflict_has_its_name()
    {
        var (_, forest) = Seeded();
        var merged = Merge(
            forest.Plant([new("deleted by us", "1"), new("deleted by them", "1"), new("both", "1"), new("torn", "1")]).Id,
            forest.Plant([new("deleted by them", "2"), new("both", "2"), new("new", "2"), new("torn/x", "2")]).Id,
            forest.Plant([new("deleted by us", "3"), new("both", "3"), new("new", "3"), new("torn", "3")]).Id);
        Assert.Equal(
            [
                ("both", ConflictKind.BothModified), ("deleted by them", ConflictKind.DeletedByThem),
                ("deleted by us", ConflictKind.DeletedByUs), ("new", ConflictKind.BothAdded), ("torn", ConflictKind.FolderAgainstFile),
            ],
            merged.Conflicts.Select(conflict => (conflict.Path.Text, conflict.Kind)));
    }

    private void ForRandomTrees(Action<Digest, Digest, Digest> law)
    {
        var (_, forest) = Seeded();
        for (var round = 0; round < Rounds; round++)
        {
            var origin = forest.Any(withLargeFolder: round % 100 == 0);
            law(forest.Plant(origin).Id, forest.Plant(forest.Changed(origin)).Id, forest.Plant(forest.Changed(origin)).Id);
        }
    }

    private Digest Clean(Digest origin, Digest ours, Digest theirs)
    {
        var merged = Merge(origin, ours, theirs);
        Assert.Empty(merged.Conflicts);
        return merged.Tree.Id;
    }

    private MergedTree Merge(Digest origin, Digest ours, Digest theirs, MergeStrategy? strategy = null) =>
        new TreeMerger(_store, _store, strategy ?? MergeStrategy.Fail, new VersioningOptions())
            .MergeAsync(origin, ours, theirs, default).AsTask().Result.Value;

    private (Random Random, Forest Forest) Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        return (random, new Forest(_store, random));
    }
}
