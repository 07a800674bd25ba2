using System.Diagnostics;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Local;

public sealed class FolderTests : IDisposable
{
    private readonly TestStore _test = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task The_folder_is_laid_out_as_documented()
    {
        var put = (await _test.PutAsync([1, 2, 3])).Value;

        Assert.Equal("weighhouse-blobs 1\n", await File.ReadAllTextAsync(Path.Combine(_test.Folder, "format"), Cancellation));
        Assert.Equal(256, Directory.GetDirectories(Path.Combine(_test.Folder, "blobs")).Length);
        var name = put.Id.ToString();
        var file = Path.Combine(_test.Folder, "blobs", name[..2], name[2..]);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(file, Cancellation));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(file));
        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in Directory.GetDirectories(_test.Folder, "*", SearchOption.AllDirectories).Append(_test.Folder))
        {
            Assert.Equal(ours, File.GetUnixFileMode(folder));
        }
    }

    [Fact]
    public async Task A_store_opens_again_with_what_it_had()
    {
        var put = (await _test.PutAsync([1, 2, 3])).Value;
        Directory.Delete(Path.Combine(_test.Folder, "blobs", put.Id.ToString()[0] == '0' ? "ff" : "00"));

        using var again = _test.Open().Value;

        Assert.Equal(put, (await again.FindAsync(put.Id, Cancellation)).Value);
        Assert.Equal(256, Directory.GetDirectories(Path.Combine(_test.Folder, "blobs")).Length);
    }

    [Fact]
    public void A_store_of_an_unknown_version_is_refused()
    {
        _test.Store.ToString();
        File.WriteAllText(Path.Combine(_test.Folder, "format"), "weighhouse-blobs 2\n");

        Assert.Equal(
            Error.Precondition(
                $"The blob store {_test.Folder} says 'weighhouse-blobs 2' in its file 'format'; this program knows 'weighhouse-blobs 1'. "
                + "Use the weigh that made it."),
            _test.Open().Error);
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused()
    {
        Directory.CreateDirectory(_test.Folder);
        File.WriteAllText(Path.Combine(_test.Folder, "thesis.docx"), "");

        Assert.Equal(
            Error.Precondition(
                $"{_test.Folder} is not a blob store: it has no file 'format' but holds 'thesis.docx'. Choose an empty folder or a store."),
            _test.Open().Error);
    }

    [Fact]
    public void A_half_made_store_is_finished()
    {
        Directory.CreateDirectory(Path.Combine(_test.Folder, "blobs", "00"));
        Directory.CreateDirectory(Path.Combine(_test.Folder, "tmp"));
        File.WriteAllText(Path.Combine(_test.Folder, "tmp", "0123.tmp"), "weigh");

        Assert.False(_test.Open().IsFailure);
        Assert.True(File.Exists(Path.Combine(_test.Folder, "format")));
    }

    [Fact]
    public void Interrupted_uploads_of_earlier_processes_are_deleted_at_start()
    {
        _test.Store.ToString();
        var (torn, young, held) = (Temporary("torn"), Temporary("young"), Temporary("held"));
        File.WriteAllText(torn, "half a model");
        File.WriteAllText(young, "an upload of this process");
        using var process = Process.GetCurrentProcess();
        var before = process.StartTime.ToUniversalTime().AddSeconds(-10);
        File.SetLastWriteTimeUtc(torn, before);
        using var holder = new FileStream(held, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        File.SetLastWriteTimeUtc(holder.SafeFileHandle, before);

        using var again = _test.Open().Value;

        Assert.False(File.Exists(torn));
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(held));
        Assert.Contains("Deleted 1 interrupted uploads of 12 bytes", _test.Logged);
    }

    private string Temporary(string name) => Path.Combine(_test.Folder, "tmp", name + ".tmp");
}
