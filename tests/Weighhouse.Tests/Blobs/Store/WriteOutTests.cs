using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>Files written out of the store, read past the page cache or from it, as their chunks lie together or apart.</summary>
public sealed class WriteOutTests : IDisposable
{
    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task It_is_the_same_whether_the_packs_lie_in_the_page_cache_or_not()
    {
        var content = RandomContent.Bytes(3, 9_000_001);
        var file = await _house.AddAsync(content);
        _house.Reopen();

        Assert.Equal(content, WriteOut(file.Id));
        foreach (var pack in _house.Packs) await File.ReadAllBytesAsync(pack, Cancellation);
        Assert.Equal(content, WriteOut(file.Id));
    }

    [Fact]
    public async Task Chunks_that_lie_in_many_places_packed_or_not_come_together()
    {
        var noise = RandomContent.Bytes(4, 6_000_000);
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200_000).Select(row => $"{row},green,{row % 7}\n")));
        await _house.AddAsync(noise);
        await _house.AddAsync([.. noise[..1_000_000], .. text, .. noise[1_000_000..3_000_000]]);
        byte[] mixed = [.. text[^500_000..], .. noise[2_000_000..], .. RandomContent.Bytes(5, 3_000_000), .. noise[..2_500_000], .. text];
        var file = await _house.AddAsync(mixed);
        _house.Reopen();

        Assert.Equal(mixed, WriteOut(file.Id));
        Assert.Equal(mixed, await _house.ReadAsync(file.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]
    public async Task A_damaged_chunk_is_named_wherever_it_lies(int which)
    {
        var file = await _house.AddAsync(RandomContent.Bytes(6, 5_000_000));
        var chunks = _house.Store.Recipe(file.Id).Value.Chunks;
        var damaged = chunks[which < 0 ? chunks.Count - 1 : which].Id;
        _house.Damage(damaged, at: 99);

        using var target = File.OpenHandle(_house.File("out"), FileMode.Create, FileAccess.Write);
        var error = _house.Store.WriteTo(file.Id, target, Cancellation).Error;
        Assert.Equal(ErrorCode.Corrupted, error?.Code);
        Assert.Contains(damaged.ToString(), error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pack_cut_short_is_damage_and_not_the_end_of_the_file()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(7, 4_000_000));
        var pack = _house.Packs.Single(path => path.EndsWith(".data", StringComparison.Ordinal));
        using (var cut = File.OpenHandle(pack, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            RandomAccess.SetLength(cut, 3_000_000);

        using var target = File.OpenHandle(_house.File("out"), FileMode.Create, FileAccess.Write);
        Assert.Equal(ErrorCode.Corrupted, _house.Store.WriteTo(file.Id, target, Cancellation).Error?.Code);
    }

    private byte[] WriteOut(Digest file)
    {
        using (var target = File.OpenHandle(_house.File("out"), FileMode.Create, FileAccess.Write))
            Assert.Null(_house.Store.WriteTo(file, target, Cancellation).Error);
        return File.ReadAllBytes(_house.File("out"));
    }
}
