using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Wire.GitLfs;

/// <summary>Debian's git-lfs, unmodified, against the whole server.</summary>
public sealed class GitLfsClientTests(WireServers servers, ITestOutputHelper output) : IClassFixture<WireServers>
{
    private const string AdminPassword = "password1234";
    private const string UserPassword = "correct horse battery";

    private static int _repositories;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_pushed_comes_out_of_a_clone_byte_by_byte()
    {
        var (server, repository) = await OpenAsync(signIn: false);
        using var git = new GitFolder();
        var random = Seeded();
        var (first, second) = (Bytes(random, 5_000_000), Bytes(random, 5_000_000));
        first.AsSpan(0, 4_900_000).CopyTo(second);
        (string, byte[])[] small =
            [.. Enumerable.Range(0, 120).Select(i => ($"small-{i}.bin", Encoding.UTF8.GetBytes($"number {i}")))];
        var origin = await git.AddOriginAsync();
        await git.CloneAsync(origin, "one", server.Client.BaseAddress!, repository);
        await git.CommitAsync("one", [("large.bin", first), .. small]);
        await git.CommitAsync("one", ("large.bin", second));
        var sent = await git.TraceAsync("one", "push", "-q", "origin", "main");

        await git.CloneAsync(origin, "two", server.Client.BaseAddress!, repository);

        Assert.Contains("HTTP: PUT", sent, StringComparison.Ordinal);
        Assert.Equal(second, git.Read("two/large.bin"));
        foreach (var (path, content) in small) Assert.Equal(content, git.Read($"two/{path}"));
        await git.RunAsync("two", "checkout", "-q", "HEAD~1");
        Assert.Equal(first, git.Read("two/large.bin"));
        var facts = Got(await server.Services.GetRequiredService<IRepositories>().GetAsync(Principal.Local, repository, Cancellation));
        Assert.InRange(facts.AddedBytes, 5_100_000, 5_600_000);
        // All is there: nothing is sent a second time.
        Assert.DoesNotContain("HTTP: PUT", await git.TraceAsync("two", "lfs", "push", "--all", "origin"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Git_LFS_has_pushed_is_imported_and_not_sent_again()
    {
        var (server, repository) = await OpenAsync(signIn: false);
        using var git = new GitFolder();
        var content = Bytes(Seeded(), 5_000_000);
        await git.CloneAsync(await git.AddOriginAsync(), "one", server.Client.BaseAddress!, repository);
        await git.CommitAsync("one", ("large.bin", content));
        await git.RunAsync("one", "push", "-q", "origin", "main");
        var workspace = Got(VersioningModule.CreateWorkspace(
            git["data"], null, "main", TimeProvider.System, IdGenerator.Secure, static name => name == "WEIGH_AUTHOR_NAME" ? "Ann" : null));

        var imported = Got(await workspace.ImportAsync(
            new ImportRequest(ImportKind.Git, git["one"], "git"), git["data"], new WorkProgress(), Cancellation));
        Got(await workspace.ChangeRemoteAsync("origin", $"{server.Client.BaseAddress}repos/{repository}", Cancellation));
        var pushed = Got(await workspace.PushAsync(
            new PushRequest("origin", ["git"], Tags: false, Force: false), new WorkProgress(), Cancellation));

        Assert.Equal(1, imported.Commits);
        Assert.InRange(pushed.WireBytes, 1, 10_000);
        var download = $"/api/v1/repositories/{repository}/files/large.bin?revision=git";
        Assert.Equal(content, await server.Client.GetByteArrayAsync(download, Cancellation));
    }

    [Fact]
    public async Task A_download_that_was_cut_goes_on_where_it_was()
    {
        var (server, repository) = await OpenAsync(signIn: false);
        using var git = new GitFolder();
        var content = Bytes(Seeded(), 20_000_000);
        var origin = await git.AddOriginAsync();
        await git.CloneAsync(origin, "one", server.Client.BaseAddress!, repository);
        await git.CommitAsync("one", ("large.bin", content));
        await git.RunAsync("one", "push", "-q", "origin", "main");
        await using var relay = new CuttingRelay(server.Client.BaseAddress!);
        relay.CutDownAfter(12_000_000);

        await git.CloneAsync(origin, "two", relay.Url, repository);

        Assert.Equal(content, git.Read("two/large.bin"));
        Assert.Equal(1, relay.Cuts);
        Assert.InRange(relay.SentDownBytes, content.Length, content.Length + 2_000_000);
    }

    [Fact]
    public async Task An_upload_that_was_cut_goes_on_where_it_was()
    {
        var (server, repository) = await OpenAsync(signIn: false);
        using var git = new GitFolder();
        var content = Bytes(Seeded(), 20_000_000);
        var origin = await git.AddOriginAsync();
        await using var relay = new CuttingRelay(server.Client.BaseAddress!);
        await git.CloneAsync(origin, "one", relay.Url, repository);
        await git.RunAsync("one", "config", "lfs.tustransfers", "true");
        await git.CommitAsync("one", ("large.bin", content));
        relay.CutUpAfter(12_000_000);

        await git.RunAsync("one", "push", "-q", "origin", "main");

        Assert.Equal(1, relay.Cuts);
        Assert.InRange(relay.SentUpBytes, content.Length, content.Length + 2_000_000);
        await git.CloneAsync(origin, "two", server.Client.BaseAddress!, repository);
        Assert.Equal(content, git.Read("two/large.bin"));
    }

    [Fact]
    public async Task A_lock_bars_others_until_its_owner_or_an_administrator_takes_it_away()
    {
        var (server, repository) = await OpenAsync(signIn: true);
        await AddUserAsync(server, "ann", Role.Contributor);
        await AddUserAsync(server, "bob", Role.Contributor);
        using var git = new GitFolder();
        var origin = await git.AddOriginAsync();
        Task JoinAsync(string clone, string user, string password) =>
            git.CloneAsync(origin, clone, server.Client.BaseAddress!, repository, (user, password));

        await JoinAsync("anns", "ann", UserPassword);
        await git.CommitAsync("anns", ("a.bin", [1]), ("b.bin", [2]));
        await git.RunAsync("anns", "push", "-q", "origin", "main");
        await JoinAsync("bobs", "bob", UserPassword);
        await JoinAsync("admins", "admin", AdminPassword);
        await git.RunAsync("anns", "lfs", "lock", "a.bin");
        await git.RunAsync("anns", "lfs", "lock", "b.bin");
        Assert.Contains("a.bin\tann", await git.RunAsync("bobs", "lfs", "locks"), StringComparison.Ordinal);

        var taken = await git.TryAsync("bobs", "lfs", "lock", "a.bin");
        Assert.NotEqual(0, taken.ExitCode);
        await git.RunAsync("bobs", "config", "lfs.locksverify", "true");
        await git.CommitAsync("bobs", ("a.bin", [3]));
        var pushed = await git.TryAsync("bobs", "push", "origin", "main");
        Assert.NotEqual(0, pushed.ExitCode);
        Assert.Contains("a.bin - ann", pushed.Output + pushed.Errors, StringComparison.Ordinal);
        var forced = await git.TryAsync("bobs", "lfs", "unlock", "--force", "a.bin");
        Assert.NotEqual(0, forced.ExitCode);

        await git.RunAsync("anns", "lfs", "unlock", "a.bin");
        await git.RunAsync("bobs", "push", "-q", "origin", "main");
        await git.RunAsync("admins", "lfs", "unlock", "--force", "b.bin");
        Assert.Equal("", await git.RunAsync("bobs", "lfs", "locks"));
    }

    [Fact]
    public async Task Who_may_not_push_pushes_nothing()
    {
        var (server, repository) = await OpenAsync(signIn: true);
        await AddUserAsync(server, "vera", Role.Viewer);
        using var git = new GitFolder();
        var origin = await git.AddOriginAsync();
        await git.CloneAsync(origin, "one", server.Client.BaseAddress!, repository);
        await git.CommitAsync("one", ("large.bin", [1, 2, 3]));

        git.SignIn("one", server.Client.BaseAddress!, "admin", "guessed");
        var guessed = await git.TryAsync("one", "push", "origin", "main");
        Assert.NotEqual(0, guessed.ExitCode);
        Assert.Contains("redentials", guessed.Errors, StringComparison.Ordinal);

        git.SignIn("one", server.Client.BaseAddress!, "vera", UserPassword);
        var viewed = await git.TryAsync("one", "push", "origin", "main");
        Assert.NotEqual(0, viewed.ExitCode);
        Assert.Contains("'vera' lacks the permission", viewed.Errors, StringComparison.Ordinal);

        git.SignIn("one", server.Client.BaseAddress!, "admin", AdminPassword);
        await git.RunAsync("one", "push", "-q", "origin", "main");
        await git.CloneAsync(origin, "two", server.Client.BaseAddress!, repository, ("vera", UserPassword));
        Assert.Equal([1, 2, 3], git.Read("two/large.bin"));
    }

    [Fact]
    public async Task A_token_stands_in_for_the_password()
    {
        var (server, repository) = await OpenAsync(signIn: true);
        await AddUserAsync(server, "tom", Role.Contributor);
        var token = Got(await server.Services.GetRequiredService<ITokens>()
            .IssueAsync(Principal.Local, new NewToken("tom", "laptop"), Cancellation));
        using var git = new GitFolder();
        await git.CloneAsync(await git.AddOriginAsync(), "one", server.Client.BaseAddress!, repository);
        git.SignIn("one", server.Client.BaseAddress!, "tom", token.Secret);
        await git.CommitAsync("one", ("large.bin", [1, 2, 3]));
        await git.RunAsync("one", "push", "-q", "origin", "main");
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_told_with_its_cure()
    {
        var (server, _) = await OpenAsync(signIn: false);
        using var git = new GitFolder();
        await git.CloneAsync(await git.AddOriginAsync(), "one", server.Client.BaseAddress!, "nowhere");
        await git.CommitAsync("one", ("large.bin", [1, 2, 3]));
        var pushed = await git.TryAsync("one", "push", "origin", "main");
        Assert.NotEqual(0, pushed.ExitCode);
        Assert.Contains("There is no repository 'nowhere'", pushed.Errors, StringComparison.Ordinal);
        Assert.Contains("POST /api/v1/repositories", pushed.Errors, StringComparison.Ordinal);
    }

    private async Task<(WireServer Server, string Repository)> OpenAsync(bool signIn)
    {
        var server = await servers.GetAsync(DatabaseEngine.Sqlite, signIn);
        var name = string.Create(CultureInfo.InvariantCulture, $"objects-{Interlocked.Increment(ref _repositories)}");
        Got(await server.Services.GetRequiredService<IRepositories>()
            .CreateAsync(Principal.Local, new NewRepository(name), Cancellation));
        return (server, name);
    }

    private static async Task AddUserAsync(WireServer server, string name, Role role) =>
        Got(await server.Services.GetRequiredService<IUsers>().CreateAsync(
            Principal.Local, new NewUser(name, UserPassword, role, Scope.OfProject(Scope.DefaultProject)), Cancellation));

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        return new Random(seed);
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T Got<T>(Result<T> result)
    {
        Assert.True(result.TryGet(out var value, out var error), error?.ToString());
        return value!;
    }
}
