using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

public sealed class CollectionTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly StoreHouse _house = new();
    private readonly Roots _roots = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task What_nothing_names_goes_after_the_grace_and_its_room_comes_back()
    {
        var (kept, gone) = (await AddAsync(1, 100_000, keep: true), await AddAsync(2, 3_000_000));

        var condemned = await CollectAsync();
        Assert.Equal(CollectionPhase.Condemned, condemned.Phase);
        Assert.True(_house.Store.Contains(gone.Id));
        _house.Now += Grace / 2;
        Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
        _house.Now += Grace;
        var deleted = await CollectAsync();

        Assert.Equal(CollectionPhase.Deleted, deleted.Phase);
        Assert.InRange(deleted.FreedBytes, 3_000_000, 3_100_000);
        Assert.InRange(_house.Packs.Sum(pack => new FileInfo(pack).Length), 100_000, 110_000);
        Assert.False(_house.Store.Contains(gone.Id));
        Assert.Equal(RandomContent.Bytes(1, 100_000), await _house.ReadAsync(kept.Id));
        Assert.Equal(CollectionPhase.Clean, (await CollectAsync()).Phase);
        _house.Reopen();
        Assert.Equal(RandomContent.Bytes(1, 100_000), await _house.ReadAsync(kept.Id));
        Assert.Equal(gone, await AddAsync(2, 3_000_000, keep: true));
        Assert.Equal(RandomContent.Bytes(2, 3_000_000), await _house.ReadAsync(gone.Id));
    }

    [Fact]
    public async Task A_preview_says_what_would_happen_and_does_nothing()
    {
        var file = await AddAsync(1, 1_000_000);

        var preview = (await _house.Store.Care.CollectAsync([_roots], new CollectionRequest(Grace, Preview: true), Cancellation)).Value;

        Assert.Equal((CollectionPhase.Condemned, _house.Now + Grace), (preview.Phase, preview.DeletableAt));
        Assert.InRange(preview.DeadBytes, 1_000_000, 1_010_000);
        Assert.False(File.Exists(Path.Combine(_house.Folder, "collection")));
        Assert.True(_house.Store.Contains(file.Id));
    }

    [Fact]
    public async Task A_sentence_can_be_taken_back()
    {
        var file = await AddAsync(1, 1_000_000);
        await CollectAsync();

        Assert.Null(_house.Store.Care.UndoCollection().Error);
        _roots.Ids.Add(file.Id);
        _house.Now += 2 * Grace;

        Assert.Equal(CollectionPhase.Clean, (await CollectAsync()).Phase);
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(file.Id));
        Assert.Equal(ErrorCode.FailedPrecondition, _house.Store.Care.UndoCollection().Error?.Code);
    }

    [Fact]
    public async Task What_is_named_during_the_grace_stays()
    {
        var file = await AddAsync(1, 1_000_000);
        await CollectAsync();
        _roots.Ids.Add(file.Id);
        _house.Now += 2 * Grace;

        Assert.Equal(CollectionPhase.Deleted, (await CollectAsync()).Phase);
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(file.Id));
    }

    [Fact]
    public async Task What_is_added_again_after_the_sentence_is_stored_again()
    {
        await AddAsync(1, 1_000_000);
        await CollectAsync();
        using var session = _house.Store.BeginWrite();
        var content = PipeReader.Create(new MemoryStream(RandomContent.Bytes(1, 1_000_000)));
        var again = await session.AddFileAsync(content, 1 << 30, Cancellation);
        Assert.Null((await session.CommitAsync(Cancellation)).Error);
        _house.Now += 2 * Grace;

        // The session that added it has not named it yet, and is from after the sentence: it holds nothing up and loses nothing.
        Assert.Equal(CollectionPhase.Deleted, (await CollectAsync()).Phase);
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(again.Value.Id));
    }

    [Fact]
    public async Task A_session_from_before_the_sentence_keeps_what_it_found()
    {
        var file = await AddAsync(1, 1_000_000);
        using (var session = _house.Store.BeginWrite())
        {
            Assert.True(session.Has(file.Id));
            await CollectAsync();
            _house.Now += 2 * Grace;
            Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
        // Named within the grace after its end.
        _roots.Ids.Add(file.Id);
        _house.Now += 2 * Grace;
        Assert.Equal(CollectionPhase.Deleted, (await CollectAsync()).Phase);
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(file.Id));
    }

    [Fact]
    public async Task What_an_old_session_left_unnamed_is_judged_anew()
    {
        await AddAsync(1, 1_000_000);
        using (var session = _house.Store.BeginWrite())
        {
            await CollectAsync();
            // The recipe is written after the sentence and names chunks that are condemned.
            await session.AddFileAsync(PipeReader.Create(new MemoryStream(RandomContent.Bytes(1, 1_000_000))), 1 << 30, Cancellation);
            session.AddObject(ObjectKind.Tree, [1, 2, 3]);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        _house.Now += 2 * Grace;
        Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
        _house.Now += 2 * Grace;
        Assert.Equal(CollectionPhase.Condemned, (await CollectAsync()).Phase);
        using (var later = _house.Store.BeginWrite()) Assert.NotEqual(default, later.AddObject(ObjectKind.Tree, [1, 2, 3]));
        _house.Now += 2 * Grace;
        Assert.Equal(CollectionPhase.Deleted, (await CollectAsync()).Phase);
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
    }

    [Fact]
    public async Task A_pack_with_a_damaged_object_that_lives_is_not_deleted()
    {
        var kept = await AddAsync(1, 10_000, keep: true);
        await AddAsync(2, 1_000_000);
        _house.Damage(kept.Id);
        await CollectAsync();
        await CollectAsync();
        _house.Now += 2 * Grace;

        var refused = await _house.Store.Care.CollectAsync([_roots], new CollectionRequest(Grace), Cancellation);

        Assert.Equal(ErrorCode.Corrupted, refused.Error?.Code);
        Assert.True(_house.Store.Contains(kept.Id));
    }

    [Fact]
    public async Task A_pack_that_another_process_took_while_this_one_went_on_with_it_has_gone_here_too()
    {
        var gone = await AddAsync(1, 1_000_000);
        Assert.Equal(CollectionPhase.Condemned, (await CollectAsync()).Phase);
        using (var other = _house.OpenAnother())
        {
            _house.Now += 2 * Grace;
            Assert.Equal(CollectionPhase.Deleted, (await CollectAsync(other)).Phase);
        }

        Assert.Equal(CollectionPhase.Clean, (await CollectAsync()).Phase);
        Assert.False(_house.Store.Contains(gone.Id));
        Assert.Equal(gone, await AddAsync(1, 1_000_000, keep: true));
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(gone.Id));
    }

    [Fact]
    public async Task A_deletion_that_was_cut_off_leaves_no_recipe_without_its_chunks()
    {
        var (stone, late) = (await AddAsync(2, 10_000), await AddAsync(1, 1_000_000));
        await CollectAsync();
        await CollectAsync();
        _house.Now += 2 * Grace;
        // Named late: its recipe is copied, and then the deletion stumbles before it has come to the chunks.
        _roots.Ids.UnionWith([stone.Id, late.Id]);
        _house.Damage(stone.Id);
        var refused = await _house.Store.Care.CollectAsync([_roots], new CollectionRequest(Grace), Cancellation);
        Assert.Equal(ErrorCode.Corrupted, refused.Error?.Code);
        // Changing the same bit again mends it.
        _house.Damage(stone.Id);
        _roots.Ids.Clear();

        while ((await CollectAsync()).Phase != CollectionPhase.Deleted) _house.Now += Grace;

        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await _house.ReadAsync(late.Id));
    }

    [Fact]
    public async Task Roots_that_fail_delete_nothing()
    {
        var file = await AddAsync(1, 1_000_000);
        await CollectAsync();
        await CollectAsync();
        _house.Now += 2 * Grace;

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _house.Store.Care.CollectAsync([new FailingRoots()], new CollectionRequest(Grace), Cancellation));
        Assert.True(_house.Store.Contains(file.Id));
    }

    private Task<CollectionReport> CollectAsync() => CollectAsync(_house.Store);

    private async Task<CollectionReport> CollectAsync(IObjectStore store)
    {
        var step = await store.Care.CollectAsync([_roots], new CollectionRequest(Grace), Cancellation);
        Assert.Null(step.Error);
        return step.Value;
    }

    private async Task<BlobInfo> AddAsync(int seed, int length, bool keep = false)
    {
        var file = await _house.AddAsync(RandomContent.Bytes(seed, length));
        if (keep) _roots.Ids.Add(file.Id);
        return file;
    }

    private sealed class FailingRoots : ILiveObjects
    {
        public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
        {
            marks.AddFile(default);
            throw new InvalidOperationException("the database went away");
        }
    }
}
