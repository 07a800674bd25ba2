using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Care;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class RecipePartsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private static readonly RecipePartSizes Small = new(RecipeBytesMin: 100, LinesMin: 2, LinesMaskBits: 2, LinesMax: 12);

    private readonly StoreHouse _house = new(static options => options.RecipeParts = Small);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Recipes_of_any_length_read_back_as_they_were()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var recipes = new Dictionary<Digest, byte[]>();
        for (var round = 0; round < 60; round++)
        {
            _house.Options.RecipeParts = random.Next(2) == 0
                ? RecipePartSizes.Default
                : new RecipePartSizes(random.Next(300), random.Next(1, 20), random.Next(5), random.Next(20, 600));
            var recipe = Recipe(random, random.Next(2, 2_500));
            recipes[await AddAsync(recipe)] = recipe;
        }

        Assert.Contains(recipes.Keys, id => _house.Store.Describe(id)!.Value.Codec == ObjectCodec.Parts);
        Assert.Contains(recipes.Keys, id => _house.Store.Describe(id)!.Value.Codec != ObjectCodec.Parts);
        _house.Reopen();
        foreach (var (id, recipe) in recipes)
        {
            Assert.Equal(recipe, _house.Store.Read(ObjectKind.Recipe, id).Value.ToArray());
            Assert.Equal(recipe, Recipes.Write(_house.Store.Recipe(id).Value.SizeBytes, _house.Store.Recipe(id).Value.Chunks));
        }
    }

    [Fact]
    public async Task A_version_stores_what_changed_of_the_list_and_not_the_list()
    {
        _house.Options.RecipeParts = RecipePartSizes.Default;
        var lines = Lines(new Random(7), 12_400);
        await AddAsync(Write(lines));
        var before = MetaBytes();
        FileChunk[] appended = [.. lines, .. Lines(new Random(8), 20)];
        await AddAsync(Write(appended));
        var ofAppend = MetaBytes() - before;
        before = MetaBytes();
        FileChunk[] inserted = [.. lines[..6_000], .. Lines(new Random(9), 3), .. lines[6_001..]];
        await AddAsync(Write(inserted));

        output.WriteLine($"append {ofAppend}, insert {MetaBytes() - before}, whole {36 * lines.Length}");
        Assert.InRange(ofAppend, 1, 50_000);
        Assert.InRange(MetaBytes() - before, 1, 50_000);
    }

    [Fact]
    public async Task Whatever_stands_in_a_stored_form_is_refused_or_is_the_recipe()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var recipe = Recipe(random, 60);
        var id = await AddAsync(recipe);
        var info = _house.Store.Describe(id)!.Value;
        Assert.Equal(ObjectCodec.Parts, info.Codec);
        var stored = Stored(id);
        var chunk = await _house.AddAsync(RandomContent.Bytes(1, 900));
        Digest[] others = [id, chunk.Id, default, new Digest(stored.AsSpan(stored.Length - Digest.Size))];
        var refused = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var forged = stored.ToList();
            for (var edits = random.Next(1, 4); edits > 0 && forged.Count > 0; edits--)
            {
                switch (random.Next(5))
                {
                    case 0: forged[random.Next(forged.Count)] ^= (byte)(1 << random.Next(8)); break;
                    case 1: forged.RemoveRange(random.Next(forged.Count), 0); break;
                    case 2: forged.RemoveRange(forged.Count - random.Next(1, Math.Min(70, forged.Count) + 1), 1); break;
                    case 3: forged.AddRange(Bytes(others[random.Next(others.Length)])); break;
                    default: forged = [.. forged.Take(9 + 32 * random.Next(5)), .. Bytes(others[random.Next(others.Length)])]; break;
                }
            }

            using var session = _house.Store.BeginSession();
            var raw = random.Next(3) == 0 ? random.Next(3_000) : info.RawBytes;
            var form = new ObjectInfo(ObjectKind.Recipe, ObjectCodec.Parts, raw, forged.Count);
            var isSame = raw == info.RawBytes && forged.SequenceEqual(stored);

            var error = session.AddCopy(id, form, forged.ToArray()).Error;

            if (error is null && !isSame) Assert.Equal(recipe, _house.Store.Read(ObjectKind.Recipe, id).Value.ToArray());
            Assert.True(error is null || error.Code == ErrorCode.InvalidArgument, error?.Message);
            refused += error is null ? 0 : 1;
        }

        Assert.InRange(refused, 1_000, 3_000);
        // The lines name chunks that never were; the list itself is whole.
        var damages = (await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages;
        Assert.All(damages, static damage => Assert.Equal(DamageKind.MissingChunk, damage.Kind));
    }

    [Fact]
    public async Task A_damaged_part_is_named_and_stored_again()
    {
        var content = RandomContent.Bytes(3, 3_000_000);
        var file = await _house.AddAsync(content);
        var parts = RecipeParts.Read(_house.Store.Describe(file.Id)!.Value, Stored(file.Id));
        Assert.InRange(parts.Length, 3, 100);
        var whole = _house.Store.ReadRaw(file.Id).Value;
        _house.Damage(parts[1], at: 5);
        _house.Reopen();

        var refused = _house.Store.Recipe(file.Id).Error!;
        var damages = (await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages;

        Assert.Equal(ErrorCode.Corrupted, refused.Code);
        Assert.Contains(parts[1].ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal(parts[1], Assert.Single(damages, static damage => damage.Kind == DamageKind.Object).Id);
        Assert.Equal(
            (file.Id, parts[1]),
            damages.Where(static damage => damage.Kind == DamageKind.BrokenBase)
                .Select(static damage => (damage.Id!.Value, damage.Missing!.Value)).Single());
        var quick = (await _house.Store.Care.CheckAsync(CheckDepth.Presence, Cancellation)).Damages;
        Assert.Equal(DamageKind.BrokenBase, Assert.Single(quick).Kind);
        Assert.Equal(1, _house.Store.Care.Quarantine(damages).Value);
        using (var writer = _house.Store.BeginWrite())
        {
            Assert.False(writer.Has(file.Id));
            Assert.Null(writer.AddRaw(file.Id, whole.Info, whole.Stored.Span).Error);
            Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        }

        Assert.Equal(content, await _house.ReadAsync(file.Id));
    }

    [Fact]
    public async Task Another_store_gets_the_recipe_whole_and_keeps_it_in_parts()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(3, 3_000_000));
        var sent = _house.Store.ReadRaw(file.Id).Value;
        using var other = new StoreHouse(static options => options.RecipeParts = Small);
        using var writer = other.Store.BeginWrite();

        Assert.InRange(sent.Info.Codec, ObjectCodec.Raw, ObjectCodec.Brotli);
        Assert.Null(writer.AddRaw(file.Id, sent.Info, sent.Stored.Span).Error);
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        Assert.Equal(ObjectCodec.Parts, other.Store.Describe(file.Id)!.Value.Codec);
        Assert.Equal(_house.Store.Recipe(file.Id).Value.Chunks, other.Store.Recipe(file.Id).Value.Chunks);
    }

    [Fact]
    public async Task Recipes_that_were_stored_whole_are_read_and_collected_as_before()
    {
        _house.Options.RecipeParts = Small with { RecipeBytesMin = int.MaxValue };
        var content = RandomContent.Bytes(3, 3_000_000);
        var old = await _house.AddAsync(content);
        Assert.NotEqual(ObjectCodec.Parts, _house.Store.Describe(old.Id)!.Value.Codec);
        _house.Reopen();
        _house.Options.RecipeParts = Small;
        var before = MetaBytes();

        Assert.Equal(old, await _house.AddAsync(content));
        Assert.Equal(before, MetaBytes());
        var appended = await _house.AddAsync([.. content, 1, 2, 3]);
        Assert.Equal(ObjectCodec.Parts, _house.Store.Describe(appended.Id)!.Value.Codec);
        await CollectAsync(old.Id, appended.Id);
        Assert.Equal(content, await _house.ReadAsync(old.Id));
        Assert.Equal(content, (await _house.ReadAsync(appended.Id))[..content.Length]);
    }

    [Fact]
    public async Task A_collection_takes_the_parts_of_versions_that_went_and_no_others()
    {
        var content = RandomContent.Bytes(3, 3_000_000);
        var versions = new List<Digest>();
        for (var i = 0; i < 5; i++)
        {
            Array.Fill(content, (byte)i, 200_000 * i, 100_000);
            versions.Add((await _house.AddAsync(content)).Id);
            // Each in packs of its own, so that the versions lie apart.
            _house.Store.LeavePacks();
        }

        var gone = RecipeParts.Read(_house.Store.Describe(versions[1])!.Value, Stored(versions[1]));
        var kept = RecipeParts.Read(_house.Store.Describe(versions[4])!.Value, Stored(versions[4]));
        Assert.NotEmpty(gone.Intersect(kept));

        await CollectAsync(versions[4]);

        Assert.Equal(content, await _house.ReadAsync(versions[4]));
        Assert.False(_house.Store.Contains(versions[1]));
        Assert.All(kept, part => Assert.True(_house.Store.Contains(part)));
        Assert.All(gone.Except(kept), part => Assert.False(_house.Store.Contains(part)));
        Assert.NotEmpty(gone.Except(kept));
    }

    private async Task CollectAsync(params Digest[] named)
    {
        var roots = new Roots();
        roots.Ids.UnionWith(named);
        for (var i = 0; i < 6; i++)
        {
            _house.Now += Grace;
            Assert.Null((await _house.Store.Care.CollectAsync([roots], new CollectionRequest(Grace, 1), Cancellation)).Error);
        }

        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        _house.Reopen();
    }

    private async Task<Digest> AddAsync(byte[] recipe)
    {
        using var writer = _house.Store.BeginWrite();
        var id = writer.AddObject(ObjectKind.Recipe, recipe);
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        return id;
    }

    private byte[] Stored(Digest id)
    {
        Assert.True(_house.Store.Parts.Index.TryFind(id, out var place));
        var stored = new byte[place.Info.StoredBytes];
        Assert.True(_house.Store.Parts.Packs.TryRead(place.Pack, stored, place.OffsetBytes, out var count) && count == stored.Length);
        return stored;
    }

    private long MetaBytes() =>
        _house.Packs.Where(static pack => pack.EndsWith(".meta", StringComparison.Ordinal)).Sum(static pack => new FileInfo(pack).Length);

    private static byte[] Bytes(Digest id)
    {
        var bytes = new byte[Digest.Size];
        id.CopyTo(bytes);
        return bytes;
    }

    private static byte[] Recipe(Random random, int lines) => Write(Lines(random, lines));

    private static byte[] Write(FileChunk[] lines) => Recipes.Write(lines.Sum(static line => (long)line.LengthBytes), lines);

    private static FileChunk[] Lines(Random random, int count)
    {
        var id = new byte[Digest.Size];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            random.NextBytes(id);
            return new FileChunk(new Digest(id), random.Next(1, 1 << 20));
        })];
    }
}
