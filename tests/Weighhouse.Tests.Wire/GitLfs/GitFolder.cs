using Weighhouse.TestKit;

namespace Weighhouse.Tests.Wire.GitLfs;

/// <summary>A folder with Git repositories in it, a home of its own, and Debian's git with git-lfs to work in them.</summary>
internal sealed class GitFolder : IDisposable
{
    private static readonly ExternalTool Lfs = ExternalTool.Find("git-lfs", "git-lfs");
    private static readonly ExternalTool Git = ExternalTool.Find("git", "git");

    private readonly TemporaryFolder _folder = new();

    public GitFolder(string name = "Ann")
    {
        Assert.SkipWhen(Git.IsAbsent || Lfs.IsAbsent, Lfs.WhyAbsent);
        File.WriteAllText(
            _folder[".gitconfig"],
            $"""
            [user]
                name = {name}
                email = {name.ToLowerInvariant()}@example.org
            [init]
                defaultBranch = main
            [filter "lfs"]
                clean = git-lfs clean -- %f
                smudge = git-lfs smudge -- %f
                process = git-lfs filter-process
                required = true

            """);
    }

    public string this[string path] => _folder[path];

    /// <summary>A repository without files, that others are cloned from and pushed to.</summary>
    public async Task<string> AddOriginAsync()
    {
        await RunAsync("", "init", "-q", "--bare", "origin.git");
        return this["origin.git"];
    }

    /// <summary>A clone whose large files, *.bin, go to the repository of a server.</summary>
    public async Task CloneAsync(
        string origin, string name, Uri server, string repository, (string User, string Password)? credentials = null)
    {
        var store = this[$"{name}.credentials"];
        if (credentials is { } known) WriteCredentials(store, server, known.User, known.Password);
        await RunAsync(
            "", "clone", "-q", "-c", $"lfs.url={server}repos/{repository}.git/info/lfs",
            "-c", $"credential.helper=store --file={store}", origin, name);
        await RunAsync(name, "lfs", "install", "--local");
        if (File.Exists(this[$"{name}/.gitattributes"])) return;
        File.WriteAllText(this[$"{name}/.gitattributes"], "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    }

    /// <summary>What Git answers with when the server asks: its own store of credentials, which forgets those refused.</summary>
    public void SignIn(string clone, Uri server, string user, string password) =>
        WriteCredentials(this[$"{clone}.credentials"], server, user, password);

    public async Task CommitAsync(string clone, params (string Path, byte[] Content)[] files)
    {
        foreach (var (path, content) in files) File.WriteAllBytes(this[$"{clone}/{path}"], content);
        await RunAsync(clone, "add", "--all");
        await RunAsync(clone, "commit", "-q", "-m", "change");
    }

    public byte[] Read(string path) => File.ReadAllBytes(this[path]);

    /// <summary>Where the command must succeed.</summary>
    public async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var outcome = await TryAsync(folder, arguments);
        Assert.True(outcome.ExitCode == 0, $"git {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.Errors}");
        return outcome.Output;
    }

    /// <summary>What a command that must succeed asked of the server, request by request.</summary>
    public async Task<string> TraceAsync(string folder, params string[] arguments)
    {
        var outcome = await StartAsync(folder, trace: "1", arguments);
        Assert.True(outcome.ExitCode == 0, $"git {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.Errors}");
        return outcome.Errors;
    }

    public Task<CommandOutcome> TryAsync(string folder, params string[] arguments) => StartAsync(folder, trace: "0", arguments);

    private Task<CommandOutcome> StartAsync(string folder, string trace, string[] arguments) => Git.RunAsync(
        arguments, folder: this[folder],
        environment: new Dictionary<string, string>
        {
            ["GIT_TRACE"] = trace,
            ["HOME"] = _folder.Path,
            ["XDG_CONFIG_HOME"] = _folder.Path,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
        });

    private static void WriteCredentials(string store, Uri server, string user, string password) =>
        File.WriteAllText(store, $"http://{user}:{Uri.EscapeDataString(password)}@{server.Authority}\n");

    public void Dispose() => _folder.Dispose();
}
