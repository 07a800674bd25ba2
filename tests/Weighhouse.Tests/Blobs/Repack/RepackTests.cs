using Weighhouse.Blobs;
using Weighhouse.Blobs.Repack;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Planes;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Repack;

public sealed class RepackTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly StoreHouse _house = new();
    private readonly Hints _hints = new();
    private readonly Roots _roots = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("BF16", 0.12)]
    [InlineData("F32", 0.57)]
    public async Task A_fine_tune_takes_a_small_share_of_its_size_once_it_is_collected(string type, double shareMax)
    {
        var versions = ModelFiles.Versions(new Random(1), 2, type);
        var (first, second) = (await AddAsync(versions[0]), await AddAsync(versions[1]));
        _hints.Add(second, first);

        var report = await RepackAsync();
        await CollectAllAsync();

        // Headers, small tensors and the tables beside the share.
        Assert.InRange(Room(second), 1, (long)(second.SizeBytes * shareMax));
        Assert.InRange(_house.Packs.Sum(pack => new FileInfo(pack).Length), 1, Room(first) + Room(second) + 20_000);
        Assert.Equal((1, report.Chunks, true), (report.Files, report.ChunksWithBase, report.IsComplete));
        Assert.InRange(report.BytesAfter, 1, (long)(report.BytesBefore * shareMax));
        await AssertWholeAsync(versions, first, second);
    }

    [Fact]
    public async Task A_row_of_versions_reads_back_and_none_leans_on_more_than_two()
    {
        var versions = ModelFiles.Versions(new Random(2), 6, "BF16", 300_001);
        var files = new List<BlobInfo>();
        foreach (var version in versions) files.Add(await AddAsync(version));
        for (var i = 1; i < files.Count; i++) _hints.Add(files[i], files[i - 1]);

        var report = await RepackAsync();

        Assert.Equal(5 * 2, report.ChunksWithBase);
        Assert.InRange(report.BytesAfter, 1, (long)(report.BytesBefore * 0.15));
        for (var i = 0; i < 2; i++) await CollectAllAsync();
        await AssertWholeAsync(versions, [.. files]);
    }

    [Fact]
    public async Task Halves_without_a_version_before_are_packed_by_planes_and_floats_are_left()
    {
        var random = new Random(3);
        var half = await AddAsync(ModelFiles.Versions(random, 1, "BF16")[0]);
        var whole = await AddAsync(ModelFiles.Versions(random, 1, "F32")[0]);
        _hints.Add(half);
        _hints.Add(whole);

        var report = await RepackAsync();

        Assert.Equal(0, report.ChunksWithBase);
        Assert.InRange(report.BytesBefore, 1, half.SizeBytes);
        Assert.InRange(report.BytesAfter, half.SizeBytes / 2, (long)(half.SizeBytes * 0.72));
        Assert.All(
            _house.Store.Recipe(whole.Id).Value.Chunks.Skip(1),
            chunk => Assert.Equal(ObjectCodec.Raw, _house.Store.Describe(chunk.Id)!.Value.Codec));
        Assert.Empty((await CheckAsync()).Damages);
    }

    [Fact]
    public async Task A_base_that_tells_nothing_is_not_leaned_on()
    {
        var (first, second) = (FineTunes.Weights(new Random(4), 300_000), FineTunes.Weights(new Random(5), 300_000));
        _hints.Add(await AddAsync(Model(second)), await AddAsync(Model(first)));

        Assert.Equal(0, (await RepackAsync()).Chunks);

        static byte[] Model(float[] weights) => ModelFiles.Safetensors(("w", "F32", FineTunes.ToF32(weights)));
    }

    [Fact]
    public async Task A_tensor_of_another_name_or_shape_or_place_is_no_base_and_one_that_has_moved_is()
    {
        var weights = FineTunes.Weights(new Random(6), 200_000);
        var (old, tuned) = (FineTunes.ToF32(weights), FineTunes.ToF32(FineTunes.Tune(new Random(7), weights, 1e-3)));
        var more = RandomContent.Bytes(8, 400_000);
        var before = await AddAsync(ModelFiles.Safetensors(("w", "F32", old), ("v", "F32", RandomContent.Bytes(9, 100_000))));
        var renamed = await AddAsync(ModelFiles.Safetensors(("x", "F32", tuned)));
        var cast = await AddAsync(ModelFiles.Safetensors(("w", "F64", FineTunes.ToF32(FineTunes.Tune(new Random(1), weights, 1e-3)))));
        var moved = await AddAsync(ModelFiles.Safetensors(("new", "U8", more), ("w", "F32", tuned)));
        foreach (var file in new[] { renamed, cast }) _hints.Add(file, before);
        Assert.Equal(0, (await RepackAsync()).Chunks);
        _hints.Add(moved, before);

        Assert.Equal(1, (await RepackAsync()).ChunksWithBase);
    }

    [Fact]
    public async Task A_preview_tells_the_same_and_writes_nothing()
    {
        var versions = ModelFiles.Versions(new Random(10), 3, "BF16", 100_000);
        var files = new List<BlobInfo>();
        foreach (var version in versions) files.Add(await AddAsync(version));
        for (var i = 0; i < files.Count; i++) _hints.Add(files[i], i == 0 ? null : files[i - 1]);
        var before = _house.Packs.Sum(pack => new FileInfo(pack).Length);

        var preview = await RepackAsync(new RepackRequest(Preview: true));
        Assert.Equal(before, _house.Packs.Sum(pack => new FileInfo(pack).Length));
        Assert.False(File.Exists(Path.Combine(_house.Folder, "repacked")));
        Assert.Equal(preview, await RepackAsync());
    }

    [Fact]
    public async Task What_was_dealt_with_is_not_tried_again_and_losing_that_memory_costs_only_time()
    {
        var versions = ModelFiles.Versions(new Random(11), 2, "BF16", 100_000);
        _hints.Add(await AddAsync(versions[1]), await AddAsync(versions[0]));
        await RepackAsync();
        var room = _house.Packs.Sum(pack => new FileInfo(pack).Length);

        Assert.Equal(new RepackReport(0, 0, 0, 0, 0, 0, true), await RepackAsync());
        Assert.Equal(1, _hints.Given);
        var memory = Path.Combine(_house.Folder, "repacked");
        foreach (var damage in new Action[] { () => File.WriteAllBytes(memory, [1, 2, 3]), () => File.Delete(memory) })
        {
            damage();
            Assert.Equal((1, 0), Fields(await RepackAsync()));
            Assert.Equal(room, _house.Packs.Sum(pack => new FileInfo(pack).Length));
        }

        static (long, long) Fields(RepackReport report) => (report.Files, report.Chunks);
    }

    [Fact]
    public async Task When_the_time_is_over_the_next_call_goes_on()
    {
        var versions = ModelFiles.Versions(new Random(12), 3, "BF16", 100_000);
        var files = new List<BlobInfo>();
        foreach (var version in versions) files.Add(await AddAsync(version));
        for (var i = 1; i < files.Count; i++) _hints.Add(files[i], files[i - 1]);
        var request = new RepackRequest(TimeMax: TimeSpan.FromMinutes(1));

        // The clock jumps when the first file is through.
        var cut = await _house.Store.Care.RepackAsync(
            [_hints], request, report => _house.Now += TimeSpan.FromHours(report.Files), Cancellation);
        Assert.Equal((1, false), (cut.Value.Files, cut.Value.IsComplete));
        var rest = await RepackAsync();

        Assert.Equal((1, true), (rest.Files, rest.IsComplete));
        await AssertWholeAsync(versions, [.. files]);
    }

    [Fact]
    public async Task Only_one_repacks_or_collects_at_a_time()
    {
        using var other = _house.OpenAnother();
        var meanwhile = new List<ErrorCode?>();
        _hints.Add(await AddAsync(ModelFiles.Versions(new Random(13), 1, "BF16", 100_000)[0]));

        Assert.Null((await _house.Store.Care.RepackAsync([_hints], new RepackRequest(), _ => Try(), Cancellation)).Error);

        Assert.NotEmpty(meanwhile);
        Assert.All(meanwhile, code => Assert.Equal(ErrorCode.Conflict, code));

        void Try()
        {
            meanwhile.Add(other.Care.RepackAsync([_hints], new RepackRequest(), null, Cancellation).AsTask().Result.Error?.Code);
            meanwhile.Add(other.Care.CollectAsync([_roots], new CollectionRequest(Grace), Cancellation).AsTask().Result.Error?.Code);
        }
    }

    [Fact]
    public async Task Damaged_chunks_and_files_that_are_no_models_are_passed_over()
    {
        var versions = ModelFiles.Versions(new Random(14), 2, "F32", 100_000);
        var (first, second) = (await AddAsync(versions[0]), await AddAsync(versions[1]));
        _house.Damage(_house.Store.Recipe(first.Id).Value.Chunks[2].Id, at: 5);
        _hints.Add(second, first);
        _hints.Add(await AddAsync(RandomContent.Bytes(1, 500_000)), second);
        _hints.Pairs.Add((new Digest(RandomContent.Bytes(2, 32)), second.Id));

        Assert.Equal((3, 1), (await RepackAsync() is var report ? (report.Files, report.Chunks) : default));
        Assert.Equal(versions[1], await _house.ReadAsync(second.Id));
    }

    [Fact]
    public async Task Several_threads_find_what_one_does()
    {
        var versions = ModelFiles.Versions(new Random(15), 2, "BF16", 3_000_000);
        _hints.Add(await AddAsync(versions[1]), await AddAsync(versions[0]));
        var alone = await RepackAsync(new RepackRequest(Preview: true));

        Assert.Equal(alone, await RepackAsync(new RepackRequest(Threads: 4)));
        Assert.Empty((await CheckAsync()).Damages);
    }

    private async Task<BlobInfo> AddAsync(byte[] content)
    {
        var file = await _house.AddAsync(content);
        _roots.Ids.Add(file.Id);
        return file;
    }

    private async Task<RepackReport> RepackAsync(RepackRequest? request = null)
    {
        var repacked = await _house.Store.Care.RepackAsync([_hints], request ?? new RepackRequest(), null, Cancellation);
        Assert.Null(repacked.Error);
        return repacked.Value;
    }

    private async Task CollectAllAsync()
    {
        for (var step = 0; step < 2; step++)
        {
            Assert.Null((await _house.Store.Care.CollectAsync([_roots], new CollectionRequest(Grace, 1), Cancellation)).Error);
            _house.Now += 2 * Grace;
        }
    }

    /// <summary>What the chunks of a file take on disk.</summary>
    private long Room(BlobInfo file) =>
        _house.Store.Recipe(file.Id).Value.Chunks.Sum(chunk => (long)_house.Store.Describe(chunk.Id)!.Value.StoredBytes);

    private ValueTask<CheckReport> CheckAsync() => _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation);

    private async Task AssertWholeAsync(List<byte[]> contents, params BlobInfo[] files)
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < files.Length; i++) Assert.Equal(contents[i], await _house.ReadAsync(files[i].Id));
            Assert.Empty((await CheckAsync()).Damages);
            _house.Reopen();
        }
    }
}
