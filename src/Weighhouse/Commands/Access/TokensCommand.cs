using System.CommandLine;
using Weighhouse.Client.Access;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh tokens</c>: keys for programs.</summary>
internal static class TokensCommand
{
    private static readonly Column<Token>[] Columns =
    [
        new("ID", token => token.Id.ToString(), IsNumber: true),
        new("USER", token => token.User),
        new("NAME", token => token.Name),
        new("AT MOST", token => token.Ceiling),
        new("EXPIRES", token => Output.Time(token.ExpiresMs)),
        new("STATE", token => token.RevokedMs is null ? "valid" : "revoked"),
    ];

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "What the token is for" };
        var user = new Option<string?>("--user") { Description = "Whose token [default: yours]" };
        var role = new Option<string?>(
            "--role") { Description = "The most it may do: viewer, contributor, approver, deployer, admin [default: what its user may]" };
        var days = new Option<double?>("--days") { Description = "Days until it expires [default: 90]" };
        var id = new Argument<long>("id") { Description = "The token's id: weigh tokens list" };
        return new Command("tokens", "Tokens that programs sign in with").WithServer()
            .With(new Command("list", "List your tokens, or everybody's for an administrator").Does(async context => context.Output.List(
                await context.Client.Access.ListTokensAsync(context.Cancellation), Columns, "No tokens. Make one: weigh tokens create "
                + "NAME")))
            .With(new Command("create", "Make a token and print its secret, once") { name, user, role, days }.Does(async context =>
            {
                var issued = await context.Client.Access.IssueTokenAsync(
                    new NewToken(context.Get(name), context.Get(user), context.Get(role), context.Get(days)), context.Cancellation);
                if (context.Output.Format is OutputFormat.Table) context.Output.Writer.WriteLine(issued.Secret);
                else context.Output.One(issued);
                Console.Error.WriteLine(
                    $"Token {issued.Token.Id} of {issued.Token.User}, until {Output.Time(issued.Token.ExpiresMs)}. It is not shown again.");
            }).WithExamples(("export MLFLOW_TRACKING_TOKEN=$(weigh tokens create laptop --role contributor)", "for MLflow clients")))
            .With(new Command("revoke", "Make a token worthless") { id }.Does(async context =>
            {
                await context.Client.Access.RevokeTokenAsync(context.Get(id), context.Cancellation);
                Console.Error.WriteLine($"Revoked token {context.Get(id)}");
            }));
    }
}
