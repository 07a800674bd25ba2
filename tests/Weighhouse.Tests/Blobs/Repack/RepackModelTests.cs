using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Planes;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Repack;

/// <summary>
/// Versions of several models come and go, hints are right, wrong and circular, and repacking and collection take turns in two processes.
/// Whatever is named must be whole, always.
/// </summary>
public sealed class RepackModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Operations = 1_200;
    private const int VersionsMax = 40;

    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly StoreHouse _house = new(static options => (options.PackTargetBytes, options.BaseCacheBytes) = (1 << 20, 300_000));
    private readonly Roots _roots = new();
    private readonly Dictionary<Digest, int> _numberOf = [];
    private readonly List<byte[]> _contents = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Nothing_that_is_named_is_ever_lost_or_changed()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        MakeContents(random);
        var (repacked, withBase, deletions) = (0L, 0L, 0);
        var other = _house.OpenAnother();
        for (var operation = 0; operation < Operations; operation++)
        {
            var store = random.Next(2) == 0 ? _house.Store : other;
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    await AddAsync(store, random.Next(_contents.Count));
                    break;
                case 3 when _roots.Ids.Count > 0:
                    _roots.Ids.Remove(Any(random));
                    break;
                case 4 when _numberOf.Count > 0:
                    var report = (await store.Care.RepackAsync([SomeHints(random)], new RepackRequest(), null, Cancellation)).Value;
                    (repacked, withBase) = (repacked + report.Chunks, withBase + report.ChunksWithBase);
                    break;
                case 5 or 6:
                    _house.Now += Grace * random.NextDouble();
                    var request = new CollectionRequest(Grace, random.Next(2) == 0 ? 0.6 : 1);
                    var step = (await store.Care.CollectAsync([_roots], request, Cancellation)).Value;
                    deletions += step.Phase == CollectionPhase.Deleted ? 1 : 0;
                    break;
                case 7 when random.Next(30) == 0:
                    _house.Reopen();
                    break;
                default:
                    if (_roots.Ids.Count > 0) await AssertWholeAsync(store, Any(random));
                    break;
            }
        }

        foreach (var id in _roots.Ids) await AssertWholeAsync(other, id);
        other.Dispose();
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        output.WriteLine($"{repacked} chunks repacked, {withBase} with a base, {deletions} deletions; {_roots.Ids.Count} named");
        Assert.InRange(withBase, 20, repacked);
        Assert.InRange(deletions, 10, Operations);
    }

    /// <summary>Models that share tensors with their versions, and go back to what they were now and then.</summary>
    private void MakeContents(Random random)
    {
        var tensors = Enumerable.Range(0, 4).Select(_ => FineTunes.Weights(random, random.Next(33_000, 60_000))).ToArray();
        for (var version = 0; version < VersionsMax; version++)
        {
            _contents.Add(ModelFiles.Safetensors([.. tensors.Select((tensor, i) => ($"t{i}", "BF16", FineTunes.ToBf16(tensor)))]));
            for (var i = 0; i < tensors.Length; i++)
                if (random.Next(3) > 0) tensors[i] = FineTunes.Tune(random, tensors[i], 1e-3);
        }
    }

    private Hints SomeHints(Random random)
    {
        var hints = new Hints();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var ids = _numberOf.Keys;
            hints.Pairs.Add((ids.ElementAt(random.Next(ids.Count)), random.Next(8) == 0 ? null : ids.ElementAt(random.Next(ids.Count))));
        }

        return hints;
    }

    private Digest Any(Random random) => _roots.Ids.ElementAt(random.Next(_roots.Ids.Count));

    private async Task AddAsync(IObjectStore store, int number)
    {
        using var writer = store.BeginWrite();
        var content = System.IO.Pipelines.PipeReader.Create(new MemoryStream(_contents[number]));
        var added = (await writer.AddFileAsync(content, long.MaxValue, Cancellation)).Value;
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        _numberOf[added.Id] = number;
        _roots.Ids.Add(added.Id);
    }

    private async Task AssertWholeAsync(IObjectStore store, Digest id) =>
        Assert.Equal(_contents[_numberOf[id]], await StoreHouse.ReadAsync(store, id));
}
