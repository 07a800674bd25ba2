using System.Buffers;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Spelling;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Tests.Versioning.Spelling;

public sealed class TwinNamesTests
{
    private const string Composed = "caf\u00e9";
    private const string Decomposed = "cafe\u0301";

    private readonly MemoryObjects _objects = new();

    [Theory]
    [InlineData(Composed, Decomposed, true)]
    [InlineData(Decomposed, Composed, true)]
    [InlineData("\u212a", "K", true)]
    [InlineData("\u212b", "\u00c5", true)]
    [InlineData("q\u0307\u0323", "q\u0323\u0307", true)]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af", true)]
    [InlineData(Composed, Composed, false)]
    [InlineData(Composed, "cafe", false)]
    [InlineData("\ufb01", "fi", false)]
    [InlineData("A", "a", false)]
    [InlineData("\u65e5\u672c", "\u65e5", false)]
    public void Names_that_are_one_text_are_twins(string one, string other, bool refused)
    {
        var error = TwinNames.Refuse(["a", one, "m", other, "z"]);
        Assert.Equal(refused, error is not null);
        if (refused) Assert.Contains("Rename one of them.", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_folder_with_twins_is_written()
    {
        var written = new TreeWriter(_objects).Write([_objects.AddFile(Composed, "1"), _objects.AddFile(Decomposed, "2")]);

        Assert.Equal(ErrorCode.InvalidArgument, written.Error?.Code);
    }

    [Fact]
    public void No_folder_with_twins_is_pushed_and_old_ones_are_read()
    {
        var before = Plant(_objects.AddFile(Composed, "1"));
        var twins = Plant(_objects.AddFile(Decomposed, "2"), _objects.AddFile(Composed, "1"));
        var above = Plant(TreeEntry.Folder("below", new TreeInfo(twins, 2, 2)));
        var commit = before;

        Assert.Null(Refuse(before, null));
        Assert.Contains("same name", Refuse(twins, null)?.Message);
        Assert.Contains("same name", Refuse(twins, before)?.Message);
        Assert.StartsWith("'below' of commit", Refuse(above, null)?.Message);
        Assert.Equal(2, new TreeReader(_objects).Entries(twins).Value.Count);

        Error? Refuse(Digest tree, Digest? parent) =>
            new Completeness(_objects, _objects, new VersioningOptions()).Refuse(commit, tree, parent);
    }

    /// <summary>As somebody without these rules writes a folder.</summary>
    private Digest Plant(params TreeEntry[] entries)
    {
        Array.Sort(entries, NameOrder.Instance);
        var buffer = new ArrayBufferWriter<byte>();
        TreeNode.Leaf(entries).WriteTo(buffer);
        return _objects.AddObject(ObjectKind.Tree, buffer.WrittenSpan);
    }
}
