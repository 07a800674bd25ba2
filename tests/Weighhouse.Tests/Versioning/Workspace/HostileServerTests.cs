using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Versioning.Transfer;
using Weighhouse.Versioning.Workspace.Remotes.Server;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>Plans and packs that no server of ours sends.</summary>
public sealed class HostileServerTests : IDisposable
{
    private static readonly Digest Some = Blake("some"u8), Other = Blake("other"u8);

    private readonly TemporaryFolder _folder = new();
    private readonly IObjectStore _store;
    private readonly IObjectWriter _writer;

    public HostileServerTests()
    {
        _store = WorkspaceHouse.Ok(BlobsModule.OpenStore(
            new BlobsOptions { Folder = _folder["objects"] }, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance));
        _writer = _store.BeginWrite();
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(1, WireRecord.StoredBytesMax + 1)]
    public void A_plan_with_an_entry_that_cannot_be_is_refused(byte kind, int storedBytes)
    {
        var plan = new IncomingPlan(_writer);
        var bytes = new ReadOnlySequence<byte>(Entry(Some, kind, storedBytes));
        Assert.NotNull(plan.Take(ref bytes));
        Assert.Empty(plan.Parts);
    }

    [Fact]
    public void A_plan_that_names_something_before_what_it_refers_to_is_refused()
    {
        var plan = new IncomingPlan(_writer);
        var bytes = new ReadOnlySequence<byte>([.. Entry(Some, (byte)ObjectKind.Tree, 1), .. Entry(Other, (byte)ObjectKind.Chunk, 1)]);
        Assert.Contains("kind 1 after one of kind 3", plan.Take(ref bytes));
    }

    [Fact]
    public void A_plan_is_cut_into_parts_whose_memory_is_bounded()
    {
        var plan = new IncomingPlan(_writer);
        var id = new byte[Digest.Size];
        for (var i = 0; i < 200_000; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(id, i);
            var bytes = new ReadOnlySequence<byte>(Entry(new Digest(id), (byte)ObjectKind.Chunk, i % 1_000));
            Assert.Null(plan.Take(ref bytes));
        }

        plan.Close();
        Assert.Equal(200_000, plan.Parts.Sum(static part => part.Left));
        Assert.Equal(0, plan.Parts[0].From);
        foreach (var part in plan.Parts)
        {
            Assert.InRange(part.Count, 1, ServerLimits.PartPlacesMax);
            Assert.InRange(part.Bytes, 0, ServerLimits.PartBytes + WireRecord.StoredBytesMax);
        }
    }

    [Fact]
    public void What_was_not_asked_for_is_refused_and_not_kept()
    {
        var taken = Take(Some, Record(Other, "other"u8));
        Assert.Equal(ErrorCode.Corrupted, taken.Refusal?.Code);
        Assert.Contains($"{Other}, which was not asked for", taken.Refusal!.Message);
        Assert.False(_writer.Has(Other));
    }

    [Fact]
    public void Forged_bytes_are_refused_and_not_kept()
    {
        var taken = Take(Some, Record(Some, "sOme"u8));
        Assert.Contains("are not those it names", taken.Refusal?.Message);
        Assert.False(_writer.Has(Some));
    }

    [Fact]
    public void A_giant_length_is_refused_before_anything_is_waited_for()
    {
        var record = Record(Some, "some"u8);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(WireRecord.Magic.Length + 8), int.MaxValue);
        Assert.Contains("the limit is", Take(Some, record).Refusal?.Message);
    }

    [Fact]
    public void What_is_no_pack_is_refused() =>
        Assert.Contains("no pack", Take(Some, "<html>Please sign in</html>"u8.ToArray()).Refusal?.Message);

    [Fact]
    public void An_honest_pack_is_taken_however_it_is_cut()
    {
        var pack = Record(Some, "some"u8);
        for (var cut = 0; cut < pack.Length; cut++)
        {
            var part = new IncomingPart(ObjectKind.Chunk, 0);
            part.Add(Some, 0, 4);
            var incoming = new IncomingPack(part, _writer);
            var first = new ReadOnlySequence<byte>(pack.AsMemory(0, cut));
            Assert.Null(incoming.Take(ref first).Refusal);
            var taken = (int)first.Start.GetInteger();
            var rest = new ReadOnlySequence<byte>(pack.AsMemory(taken));
            Assert.Null(incoming.Take(ref rest).Refusal);
            Assert.Equal((0, 0L), (part.Left, rest.Length));
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private static Digest Blake(ReadOnlySpan<byte> bytes) => Weighhouse.Blobs.Store.ObjectIds.Of(ObjectKind.Chunk, bytes);

    private PackTaken Take(Digest asked, byte[] pack)
    {
        var part = new IncomingPart(ObjectKind.Chunk, 0);
        part.Add(asked, 0, 4);
        var bytes = new ReadOnlySequence<byte>(pack);
        return new IncomingPack(part, _writer).Take(ref bytes);
    }

    private static byte[] Record(Digest id, ReadOnlySpan<byte> content)
    {
        var head = new byte[WireRecord.HeadBytes];
        new WireRecord(id, new ObjectInfo(ObjectKind.Chunk, ObjectCodec.Raw, content.Length, content.Length)).WriteTo(head);
        return [.. WireRecord.Magic, .. head, .. content];
    }

    private static byte[] Entry(Digest id, byte kind, int storedBytes)
    {
        var entry = new byte[TransferEndpoints.PlanEntryBytes];
        id.CopyTo(entry);
        entry[Digest.Size] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(Digest.Size + 1), storedBytes);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(Digest.Size + 5), storedBytes);
        return entry;
    }
}
