using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

public sealed class CheckTests : IDisposable
{
    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_sound_store_passes()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(1, 2_000_000));

        var report = await CheckAsync(CheckDepth.Data);

        Assert.Equal(_house.Store.Recipe(file.Id).Value.Chunks.Count + 1, report.Objects);
        Assert.Empty(report.Damages);
    }

    [Fact]
    public async Task A_flipped_bit_is_named_by_pack_position_and_object()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(1, 2_000_000));
        var chunk = _house.Store.Recipe(file.Id).Value.Chunks[3];
        _house.Damage(chunk.Id, at: 777);
        Assert.True(_house.Store.Parts.Index.TryFind(chunk.Id, out var place));

        Assert.Empty((await CheckAsync(CheckDepth.Presence)).Damages);
        var damage = Assert.Single((await CheckAsync(CheckDepth.Data)).Damages);
        Assert.Equal(new Damage(DamageKind.Object, place.Pack.Name, place.OffsetBytes, chunk.Id), damage);
    }

    [Fact]
    public async Task A_missing_pack_is_named_by_what_it_held()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(1, 2_000_000));
        _house.Reopen();
        File.Delete(_house.Packs.Single(pack => pack.EndsWith(".data", StringComparison.Ordinal)));

        var report = await CheckAsync(CheckDepth.Presence);

        Assert.All(report.Damages, damage => Assert.Equal((DamageKind.MissingChunk, file.Id), (damage.Kind, damage.Id)));
        var chunks = _house.Store.Recipe(file.Id).Value.Chunks;
        Assert.Equal(chunks.Select(chunk => chunk.Id), report.Damages.Select(damage => damage.Missing!.Value));
        Assert.Equal(ErrorCode.Corrupted, (await StoreHouse.CopyAsync(_house.Store, file.Id, 0, 100)).Result.Error?.Code);
    }

    [Fact]
    public async Task A_damaged_table_loses_its_own_section_only_and_is_reported()
    {
        var before = await _house.AddAsync(RandomContent.Bytes(1, 10_000));
        var lost = await _house.AddAsync(RandomContent.Bytes(2, 10_000));
        var after = await _house.AddAsync(RandomContent.Bytes(3, 10_000));
        _house.Reopen();
        var pack = Assert.Single(_house.Packs);
        var bytes = await File.ReadAllBytesAsync(pack, Cancellation);
        // Header, then three sections of 10,000 bytes, an entry of 50 and a trailer of 64.
        bytes[32 + 10_114 + 10_000 + 7] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, Cancellation);

        Assert.Equal(DamageKind.Table, Assert.Single((await CheckAsync(CheckDepth.Presence)).Damages).Kind);
        Assert.True(_house.Store.Contains(before.Id));
        Assert.False(_house.Store.Contains(lost.Id));
        Assert.True(_house.Store.Contains(after.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(5_000)]
    public async Task A_torn_tail_is_cut_off_and_written_over(int tornBytes)
    {
        var first = await _house.AddAsync(RandomContent.Bytes(1, 10_000));
        var torn = await _house.AddAsync(RandomContent.Bytes(2, 10_000));
        _house.Reopen();
        var pack = Assert.Single(_house.Packs);
        using (var file = File.OpenWrite(pack)) file.SetLength(file.Length - tornBytes);

        Assert.True(_house.Store.Contains(first.Id));
        Assert.False(_house.Store.Contains(torn.Id));
        Assert.Equal(torn, await _house.AddAsync(RandomContent.Bytes(2, 10_000)));
        Assert.Equal(32 + 2 * 10_114, new FileInfo(Assert.Single(_house.Packs)).Length);
        Assert.Empty((await CheckAsync(CheckDepth.Data)).Damages);
    }

    [Fact]
    public async Task A_section_inside_a_file_is_only_bytes()
    {
        await _house.AddAsync(RandomContent.Bytes(1, 10_000));
        _house.Reopen();
        var pack = Assert.Single(_house.Packs);
        var copy = await File.ReadAllBytesAsync(pack, Cancellation);
        var file = await _house.AddAsync(copy);
        _house.Reopen();
        // Torn right behind the bytes that look like a section.
        using (var stream = File.OpenWrite(pack)) stream.SetLength(stream.Length - 100);

        Assert.False(_house.Store.Contains(file.Id));
        Assert.Equal(1, (await CheckAsync(CheckDepth.Data)).Objects);
    }

    [Theory]
    [InlineData(ObjectKind.Chunk)]
    [InlineData(ObjectKind.Recipe)]
    [InlineData(ObjectKind.Tree)]
    public async Task Bytes_under_a_forged_id_are_refused(ObjectKind kind)
    {
        var file = await _house.AddAsync(RandomContent.Bytes(1, 100));
        using var session = _house.Store.BeginWrite();
        byte[] forged = [1, 2, 3];

        Assert.Equal(
            ErrorCode.InvalidArgument,
            session.AddRaw(file.Id, new ObjectInfo(kind, ObjectCodec.Raw, 3, 3), forged).Error?.Code);
        Assert.Equal(
            ErrorCode.InvalidArgument,
            session.AddRaw(file.Id, new ObjectInfo(kind, ObjectCodec.Brotli, 1_000_000, 3), forged).Error?.Code);
        Assert.Equal(
            ErrorCode.InvalidArgument,
            session.AddRaw(file.Id, new ObjectInfo(kind, ObjectCodec.Brotli, int.MaxValue, 3), forged).Error?.Code);
        Assert.Equal(
            ErrorCode.InvalidArgument,
            session.AddRaw(file.Id, new ObjectInfo((ObjectKind)9, ObjectCodec.Raw, 3, 3), forged).Error?.Code);
    }

    private ValueTask<CheckReport> CheckAsync(CheckDepth depth) => _house.Store.Care.CheckAsync(depth, Cancellation);
}
