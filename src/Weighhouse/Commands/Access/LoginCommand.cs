using System.CommandLine;
using Weighhouse.Client;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh login</c> and <c>weigh logout</c>: keep a token for a server.</summary>
internal static class LoginCommand
{
    public static Command Login() => new Command("login", "Check a token and keep it for this server").WithServer().Does(async context =>
    {
        var token = SecretPrompt.Read($"Token for {context.Server.Authority}: ").Trim();
        if (token.Length == 0)
        {
            Console.Error.WriteLine(
                "weigh login: no token. Make one on the server's page Settings or with 'weigh tokens create', then paste it here.");
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
    }).WithExamples(
        ("weigh login --url https://weigh.example.org", "paste a token when asked"),
        ("weigh login < token.txt", "from a file"));

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
}
