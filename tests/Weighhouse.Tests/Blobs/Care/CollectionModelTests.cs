using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>
/// Sessions in two processes that add, find, name and give up, and a collection that takes a step whenever it likes. The model is what
/// is named; whatever is named must be whole.
/// </summary>
public sealed class CollectionModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Operations = 12_000;
    private const int ContentsMax = 60;

    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly StoreHouse _house = new(options =>
    {
        options.PackTargetBytes = 1 << 20;
        // The recipes here have five lines: what is cut of them is what long ones are cut into.
        options.RecipeParts = new RecipePartSizes(RecipeBytesMin: 50, LinesMin: 1, LinesMaskBits: 1, LinesMax: 3);
    });
    private readonly Roots _roots = new();
    private readonly Dictionary<Digest, int> _contentOf = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Nothing_that_is_named_is_ever_removed()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var other = _house.OpenAnother();
        var sessions = new List<(IObjectWriter Writer, HashSet<Digest> Relied)>();
        // Those whose session has ended and who name within the grace.
        var ended = new List<(DateTimeOffset At, HashSet<Digest> Relied)>();
        var phases = new int[4];
        for (var operation = 0; operation < Operations; operation++)
        {
            switch (random.Next(12))
            {
                case 0 when sessions.Count < 4:
                    sessions.Add(((random.Next(2) == 0 ? _house.Store : other).BeginWrite(), []));
                    break;
                case 1 or 2 or 3 when sessions.Count > 0:
                    await AddAsync(sessions[random.Next(sessions.Count)], random);
                    break;
                case 4 when sessions.Count > 0 && _contentOf.Count > 0:
                    Find(sessions[random.Next(sessions.Count)], random);
                    break;
                case 5 or 6 when sessions.Count > 0:
                    var (writer, relied) = sessions[random.Next(sessions.Count)];
                    sessions.RemoveAll(session => session.Writer == writer);
                    if (random.Next(4) > 0 && (await writer.CommitAsync(Cancellation)).Error is null) ended.Add((_house.Now, relied));
                    writer.Dispose();
                    break;
                case 7 when ended.Count > 0:
                    Name(ended, random);
                    break;
                case 8 when _roots.Ids.Count > 0 && random.Next(2) == 0:
                    _roots.Ids.Remove(_roots.Ids.ElementAt(random.Next(_roots.Ids.Count)));
                    break;
                case 9 or 10:
                    _house.Now += Grace * random.NextDouble() * 0.4;
                    ended.RemoveAll(one => one.At + Grace * 0.9 < _house.Now);
                    break;
                case 11:
                    var step = await (random.Next(2) == 0 ? _house.Store : other).Care.CollectAsync(
                        [_roots], new CollectionRequest(Grace, random.Next(2) == 0 ? 0.6 : 1), Cancellation);
                    Assert.Null(step.Error);
                    phases[(int)step.Value.Phase]++;
                    break;
                default:
                    await ReadOneAsync(random);
                    break;
            }
        }

        foreach (var id in _roots.Ids) Assert.Equal(Content(_contentOf[id]), await StoreHouse.ReadAsync(other, id));
        foreach (var (writer, _) in sessions) writer.Dispose();
        other.Dispose();
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        output.WriteLine($"clean {phases[0]}, condemned {phases[1]}, waiting {phases[2]}, deleted {phases[3]}; {_roots.Ids.Count} named");
        Assert.InRange(phases[(int)CollectionPhase.Deleted], 3, int.MaxValue);
    }

    private async Task AddAsync((IObjectWriter Writer, HashSet<Digest> Relied) session, Random random)
    {
        var number = random.Next(ContentsMax);
        var content = PipeReader.Create(new MemoryStream(Content(number)));
        var added = (await session.Writer.AddFileAsync(content, long.MaxValue, Cancellation)).Value;
        _contentOf[added.Id] = number;
        session.Relied.Add(added.Id);
    }

    /// <summary>As a push does: what the store has is not sent.</summary>
    private void Find((IObjectWriter Writer, HashSet<Digest> Relied) session, Random random)
    {
        var id = _contentOf.Keys.ElementAt(random.Next(_contentOf.Count));
        if (session.Writer.Has(id)) session.Relied.Add(id);
    }

    private void Name(List<(DateTimeOffset At, HashSet<Digest> Relied)> ended, Random random)
    {
        var one = ended[random.Next(ended.Count)];
        ended.Remove(one);
        _roots.Ids.UnionWith(one.Relied);
    }

    private async Task ReadOneAsync(Random random)
    {
        if (_roots.Ids.Count == 0) return;
        var id = _roots.Ids.ElementAt(random.Next(_roots.Ids.Count));
        Assert.Equal(Content(_contentOf[id]), await _house.ReadAsync(id));
    }

    /// <summary>Some are one chunk, some a recipe; neighbours share most of their chunks.</summary>
    private static byte[] Content(int number) =>
        number % 3 == 0
            ? RandomContent.Bytes(number, 1_000 + number)
            : [.. RandomContent.Bytes(number / 6, 150_000), .. RandomContent.Bytes(number, 40_000)];
}
