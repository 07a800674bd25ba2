using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What the person who looks after a server reads at the terminal: docs/guides/access.md with its slips.</summary>
public sealed class AccessCommandTests
{
    [Fact]
    public async Task Slips_are_told_with_their_cure_and_change_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);

        var silent = await RunAsync(server, "", "users", "create", "ann", "--role", "admin");
        Assert.Equal(
            (2, "weigh: Password for ann: nothing came. Type it at a terminal, or pipe one line in."),
            (silent.ExitCode, silent.Errors.Trim()));
        var made = await RunAsync(server, "ann's password\n", "users", "create", "ann", "--role", "admin");
        Assert.Equal((0, "Created ann: admin on *"), (made.ExitCode, made.Errors.Trim()));
        var unchanged = await RunAsync(server, "\n", "users", "password", "ann");
        Assert.Equal(
            (2, "weigh: New password: nothing came. Type it at a terminal, or pipe one line in."),
            (unchanged.ExitCode, unchanged.Errors.Trim()));

        var nobodys = await RunAsync(server, "", "tokens", "create", "nightly");
        Assert.Equal(
            (2, "weigh: Name the user whose token it is: 'local' is nobody's account. On the command line: --user NAME."),
            (nobodys.ExitCode, nobodys.Errors.Trim()));

        await RunAsync(server, "", "users", "create", "bob", "--no-password");
        var taken = await RunAsync(server, "", "users", "grant", "bob", "none", "project:default");
        Assert.Equal((0, "bob has no role of their own on project:default now"), (taken.ExitCode, taken.Errors.Trim()));
        var listed = await RunAsync(server, "", "users", "list");
        Assert.Matches("(?m)^bob +active +[0-9: -]+Z *$", listed.Output);

        var projects = await RunAsync(server, "", "projects", "list");
        Assert.Matches("(?m)^default +Where everything goes", projects.Output);
    }

    [Fact]
    public async Task Help_needs_nothing_else_on_the_line()
    {
        var help = await WeighProcess.RunAsync(["users", "create", "--help"]);
        var mistake = await WeighProcess.RunAsync(["users", "create"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains("weigh users create <name> [options]", help.Output, StringComparison.Ordinal);
        Assert.Equal((2, ""), (mistake.ExitCode, mistake.Output));
        Assert.EndsWith("hint: add --help to see what can follow", mistake.Errors.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "There is no option '-u' here", "push", "-u", "origin")]
    [InlineData(2, "There is no option '--summary' here", "diff", "HEAD", "--summary")]
    [InlineData(1, "There is no branch, tag or commit '-u'", "diff", "--", "-u")]
    public async Task What_looks_like_an_option_and_is_none_is_not_taken_for_a_name(int exitCode, string said, params string[] line)
    {
        using var folder = new TemporaryFolder();
        await WeighProcess.RunAsync(["init", folder.Path]);

        var outcome = await WeighProcess.RunAsync([line[0], "-C", folder.Path, .. line[1..]]);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    private static Task<CommandOutcome> RunAsync(WeighProcess server, string input, params string[] arguments) =>
        WeighProcess.RunAsync([.. arguments, "--url", $"{server.Url}"], input: input);
}
