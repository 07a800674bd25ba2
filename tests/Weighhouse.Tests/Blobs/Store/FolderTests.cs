using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class FolderTests : IDisposable
{
    private readonly StoreHouse _test = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task The_folder_is_laid_out_as_documented()
    {
        await _test.AddAsync(RandomContent.Bytes(1, 100_000));

        Assert.Equal("weighhouse-store 1\n", await File.ReadAllTextAsync(Path.Combine(_test.Folder, "format"), Cancellation));
        Assert.Equal(["data", "meta"], _test.Packs.Select(pack => Path.GetExtension(pack)[1..]).Order());
        Assert.Equal(["epoch.0", "lane.0"], Directory.GetFiles(Path.Combine(_test.Folder, "locks")).Select(Path.GetFileName).Order());
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite, ours = file | UnixFileMode.UserExecute;
        foreach (var pack in _test.Packs) Assert.Equal(file, File.GetUnixFileMode(pack));
        foreach (var folder in Directory.GetDirectories(_test.Folder, "*", SearchOption.AllDirectories).Append(_test.Folder))
            Assert.Equal(ours, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void A_store_of_an_unknown_version_is_refused()
    {
        _test.Store.ToString();
        File.WriteAllText(Path.Combine(_test.Folder, "format"), "weighhouse-store 2\n");

        Assert.Equal(
            Error.Precondition(
                $"The store {_test.Folder} says 'weighhouse-store 2' in its file 'format'; this program knows 'weighhouse-store 1'. "
                + "Use the weigh that made it."),
            _test.TryOpen().Error);
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused()
    {
        Directory.CreateDirectory(_test.Folder);
        File.WriteAllText(Path.Combine(_test.Folder, "thesis.docx"), "");

        Assert.Equal(
            Error.Precondition(
                $"{_test.Folder} is not a store of objects: it has no file 'format' but holds 'thesis.docx'. "
                + "Choose an empty folder or a store."),
            _test.TryOpen().Error);
    }

    [Fact]
    public void A_half_made_store_is_finished()
    {
        Directory.CreateDirectory(Path.Combine(_test.Folder, "packs"));
        File.WriteAllText(Path.Combine(_test.Folder, "format.tmp"), "weigh");

        Assert.False(_test.TryOpen().IsFailure);
        Assert.True(File.Exists(Path.Combine(_test.Folder, "format")));
    }

    [Fact]
    public async Task Each_process_writes_to_packs_of_its_own_and_the_next_one_goes_on_with_them()
    {
        await _test.AddAsync(RandomContent.Bytes(1, 1_000));
        using (var other = _test.OpenAnother())
        {
            using var session = other.BeginWrite();
            session.AddObject(Weighhouse.Blobs.ObjectKind.Tree, [1]);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
            await _test.AddAsync(RandomContent.Bytes(2, 100_000));
        }

        Assert.Equal(3, _test.Packs.Count);
        _test.Reopen();
        await _test.AddAsync(RandomContent.Bytes(3, 100_000));
        Assert.Equal(3, _test.Packs.Count);
    }

    [Fact]
    public async Task A_pack_without_a_section_is_tidied_up_by_the_next_holder_of_the_lane()
    {
        using (var session = _test.Store.BeginWrite())
        {
            session.AddObject(Weighhouse.Blobs.ObjectKind.Tree, [1]);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        _test.Reopen();
        var pack = Assert.Single(_test.Packs);
        using (var file = File.OpenWrite(pack)) file.SetLength(50);
        using (var session = _test.Store.BeginWrite())
        {
            session.AddObject(Weighhouse.Blobs.ObjectKind.Tree, [2]);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        Assert.False(File.Exists(pack));
        Assert.Single(_test.Packs);
    }
}
