using System.CommandLine;
using Weighhouse.Client;
using Weighhouse.Client.Access;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh login</c> and <c>weigh logout</c>: keep a token for a server.</summary>
internal static class LoginCommand
{
    public static Command Login()
    {
        var user = new Option<string?>("--user")
        {
            Description = "Sign in by this name and a password, and make a token [default: paste a token]",
            HelpName = "NAME",
        };
        return new Command("login", "Check a token, or make one, and keep it for this server") { user }.WithServer()
            .Does(context => LoginAsync(context, context.Get(user)))
            .WithExamples(
                ("weigh login --url https://weigh.example.org --user ann", "with a password, when asked for it"),
                ("weigh login < token.txt", "with a token from a file"));
    }

    public static Command Logout() => new Command("logout", "Forget the token kept for this server").WithServer().Does(context =>
    {
        Console.Error.WriteLine(CredentialFile.Forget(context.Server)
            ? $"Forgot the token for {context.Server}. It stays valid until it expires or is revoked: weigh tokens revoke ID"
            : $"There was no token for {context.Server}.");
        return Task.FromResult(ExitCode.Success);
    });

    public static Command WhoAmI() => new Command("whoami", "Show who the server takes you for").WithServer().Does(async context =>
    {
        var me = await context.Client.Access.WhoAmIAsync(context.Cancellation);
        context.Output.One(
            me, ("name", me.Name), ("kind", me.Kind), ("at most", me.Ceiling),
            ("roles", string.Join(", ", me.Grants.Select(grant => $"{grant.Role} on {grant.Scope}"))));
    });

    private static async Task<int> LoginAsync(RemoteContext context, string? user)
    {
        var token = user is null
            ? SecretPrompt.Read($"Token for {context.Server.Authority}: ").Trim()
            : await MakeTokenAsync(context, user);
        if (token.Length == 0)
        {
            Console.Error.WriteLine(
                "weigh login: no token. Make one with 'weigh tokens create' and paste it here, or sign in with --user NAME.");
            return ExitCode.Usage;
        }

        using var client = new WeighClient(context.Server, token);
        var me = await client.Access.WhoAmIAsync(context.Cancellation);
        if (me.Kind is not "user")
        {
            Console.Error.WriteLine(
                $"weigh login: {context.Server} took no notice of this token; it lets everybody in on loopback as '{me.Name}'.");
            return ExitCode.Failure;
        }

        var file = CredentialFile.Keep(context.Server, token);
        context.Output.Said(me, $"Signed in to {context.Server} as {me.Name}; the token is kept in {file}");
        return ExitCode.Success;
    }

    /// <summary>A token in a file can be revoked by itself; a password there could not.</summary>
    private static async Task<string> MakeTokenAsync(RemoteContext context, string user)
    {
        var password = SecretPrompt.Read($"Password of {user} for {context.Server.Authority}: ");
        using var client = WeighClient.WithPassword(context.Server, user, password);
        var issued = await client.Access.IssueTokenAsync(
            new NewToken($"weigh login on {Environment.MachineName}", user), context.Cancellation);
        return issued.Secret;
    }
}
