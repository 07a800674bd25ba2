using System.Diagnostics;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Sim;

namespace Weighhouse.Tests.Server;

public sealed class DirectoryTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly string _parent = Directory.CreateTempSubdirectory("weighhouse-test-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task A_second_server_on_the_directory_is_refused_and_told_who_has_it()
    {
        using var first = SimProcess.Start("open", _parent);
        Assert.Equal("open", await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        var refused = DataDirectory.Own(_parent, TimeProvider.System);
        first.StandardInput.Close();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var owned = DataDirectory.Own(_parent, TimeProvider.System).Value;

        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.StartsWith(
            $"The data directory {_parent} belongs to another running server (pid {first.Id}, started ",
            refused.Error?.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_server_in_the_same_process_is_refused_too()
    {
        using var first = DataDirectory.Own(_parent, TimeProvider.System).Value;

        var refused = DataDirectory.Own(_parent, TimeProvider.System);

        Assert.Contains($"(pid {Environment.ProcessId}, ", refused.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_directory_of_a_killed_server_is_free_at_once()
    {
        using var first = SimProcess.Start("open", _parent);
        await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var owned = DataDirectory.Own(_parent, TimeProvider.System).Value;

        Assert.Equal(_parent, owned.Path);
    }

    [Fact]
    public void A_new_directory_is_the_users_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = Path.Combine(_parent, "a", "b");

        using var owned = DataDirectory.Own(path, TimeProvider.System).Value;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(path));
    }

    [Fact]
    public void A_file_in_the_place_of_the_directory_is_refused()
    {
        var path = Path.Combine(_parent, "file");
        File.WriteAllText(path, "");

        var refused = DataDirectory.Own(path, TimeProvider.System);

        Assert.Equal($"The data directory {path} is a file. Name a directory with --data.", refused.Error?.Message);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused_and_left_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test needs setpriv.");
        SetMode(_parent, (UnixFileMode)0b101_101_101);

        var said = await OpenAsNobodyAsync(_parent);

        Assert.StartsWith($"PermissionDenied: The data directory {_parent} cannot be written by the user", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_parent));
        SetMode(_parent, (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test needs setpriv.");
        SetMode(_parent, (UnixFileMode)0b101_101_101);

        var said = await OpenAsNobodyAsync(Path.Combine(_parent, "new"));

        Assert.StartsWith($"PermissionDenied: The data directory {_parent}/new cannot be made by the user", said, StringComparison.Ordinal);
        SetMode(_parent, (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task A_database_file_that_cannot_be_written_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test needs setpriv.");
        using (var first = SimProcess.Start("open", _parent)) await EndAsync(first);
        File.Delete(Path.Combine(_parent, "weigh.lock"));
        SetMode(_parent, (UnixFileMode)0b111_111_111);
        SetMode(Path.Combine(_parent, "weighhouse.db"), (UnixFileMode)0b100_100_100);

        var said = await OpenAsNobodyAsync(_parent);

        Assert.StartsWith("StorageFull: The database", said, StringComparison.Ordinal);
        Assert.Contains("read-only", said, StringComparison.Ordinal);
    }

    /// <summary>As root nothing is forbidden, so the other process runs as nobody; elsewhere as who we are.</summary>
    private static async Task<string?> OpenAsNobodyAsync(string directory)
    {
        string[] wrapper = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];
        using var other = SimProcess.Start(wrapper, ["open", directory]);
        var said = await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var error = await EndAsync(other);
        var unreadable = said is null && error.Contains("ermission denied", StringComparison.Ordinal);
        Assert.SkipWhen(unreadable, "Nobody may read the programs under test.");
        return said;
    }

    private static async Task<string> EndAsync(Process process)
    {
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return error;
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }
}
