using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

#pragma warning disable CA5351 // MD5 is DVC's name of content; nothing relies on its strength.

namespace Weighhouse.Tests.Versioning.Workspace.Imports;

/// <summary>A folder as DVC leaves one: a cache, .dvc files, locks of pipelines; in Git where a test wants.</summary>
internal sealed class DvcProject : IDisposable
{
    public static readonly ExternalTool Git = ExternalTool.Find("git", "git");
    public static readonly ExternalTool GitLfs = ExternalTool.Find("git-lfs", "git-lfs");

    private readonly TemporaryFolder _folder = new();

    public DvcProject() => Directory.CreateDirectory(this[".dvc"]);

    public string Root => _folder.Path;

    public string this[string path] => Path.Combine(_folder.Path, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
    }

    /// <summary>Puts content into the cache, as DVC 3 does; returns its name.</summary>
    public string Cache(byte[] content, string suffix = "", string cache = ".dvc/cache/files/md5") =>
        CacheAs(Md5(content) + suffix, content, cache);

    /// <summary>As DVC 2 did: text is named as if its line ends were those of Unix.</summary>
    public string CacheOld(string text) =>
        CacheAs(Md5(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n"))), Encoding.UTF8.GetBytes(text), ".dvc/cache");

    public string CacheAs(string name, byte[] content, string cache = ".dvc/cache/files/md5")
    {
        var path = this[$"{cache}/{name[..2]}/{name[2..]}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return name;
    }

    /// <summary>A folder's list and all its files; returns the list's name.</summary>
    public string CacheFolder(params (string Path, string Text)[] files)
    {
        var list = files.Select(file => new { md5 = Cache(Encoding.UTF8.GetBytes(file.Text)), relpath = file.Path });
        return Cache(JsonSerializer.SerializeToUtf8Bytes(list), ".dir");
    }

    /// <summary>Tracks content at a path, as <c>dvc add</c> does.</summary>
    public void Track(string path, string md5, string more = "") => Write(
        path + ".dvc", $"outs:\n- md5: {md5}\n  size: 1\n  hash: md5\n  path: {Path.GetFileName(path)}\n{more}");

    public Task GitAsync(params string[] arguments) => RunAsync(Git, arguments);

    public async Task<string> CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync(
            "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-q", "-m", message, "--date", "2024-05-06T07:08:09Z");
        return (await RunAsync(Git, "rev-parse", "HEAD")).Trim();
    }

    public async Task<string> RunAsync(ExternalTool tool, params string[] arguments)
    {
        var outcome = await tool.RunAsync(
            arguments, folder: Root,
            environment: new Dictionary<string, string> { ["HOME"] = this[".dvc"], ["GIT_CONFIG_NOSYSTEM"] = "1" });
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return outcome.Output;
    }

    public void Dispose() => _folder.Dispose();

    private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
}
