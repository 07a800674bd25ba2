using System.CommandLine;
using Weighhouse.Client.Access;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh users</c>: who may do what.</summary>
internal static class UsersCommand
{
    private static readonly Column<User>[] Columns =
    [
        new("NAME", user => user.Name),
        new("STATE", user => user.Disabled ? "disabled" : "active"),
        new("SINCE", user => Output.Time(user.CreatedMs)),
        new("ROLES", user => string.Join(", ", user.Grants.Select(grant => $"{grant.Role} on {grant.Scope}"))),
    ];

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The user's name" };
        return new Command("users", "Users and their roles").WithServer()
            .With(new Command("list", "List users").Does(async context => context.Output.List(
                await context.Client.Access.ListUsersAsync(context.Cancellation),
                Columns,
                "No users. Make one: weigh users create NAME --role admin")))
            .With(CreateVerb(name))
            .With(GrantVerb(name))
            .With(ChangeVerb("disable", "Shut a user out, keeping name and history", name, _ => new UserChange(Disabled: true)))
            .With(ChangeVerb("enable", "Let a disabled user in again", name, _ => new UserChange(Disabled: false)))
            .With(PasswordVerb(name))
            .With(DeleteVerb(name));
    }

    private static Command CreateVerb(Argument<string> name)
    {
        var role = new Option<string>("--role")
        {
            Description = "viewer, contributor, approver, deployer or admin",
            DefaultValueFactory = _ => "viewer",
        };
        var scope = new Option<string?>("--scope")
        {
            Description = "*, project:NAME or project:NAME/KIND:OBJECT [default: *, everything, for admin; else project:default]",
        };
        var noPassword = new Option<bool>("--no-password") { Description = "A user who signs in by token only" };
        var command = new Command("create", "Create a user; asks for a password") { name, role, scope, noPassword };
        return command.Does(async context =>
        {
            var password = context.Get(noPassword) ? null : SecretPrompt.ReadNew($"Password for {context.Get(name)}");
            var place = context.Get(scope) ?? (context.Get(role) is "admin" ? "*" : null);
            var user = await context.Client.Access.CreateUserAsync(
                new NewUser(context.Get(name), password, context.Get(role), place), context.Cancellation);
            context.Output.Said(
                user, $"Created {user.Name}: {string.Join(", ", user.Grants.Select(grant => $"{grant.Role} on {grant.Scope}"))}");
        }).WithExamples(
            ("weigh users create ann --role admin", "the first administrator"),
            ("weigh users create ci --role contributor --no-password && weigh tokens create ci --user ci", "a robot with a token"));
    }

    private static Command GrantVerb(Argument<string> name)
    {
        var role =
            new Argument<string>("role") { Description = "viewer, contributor, approver, deployer, admin; none takes the role away" };
        var scope = new Argument<string>("scope") { Description = "*, project:NAME or project:NAME/KIND:OBJECT",
            DefaultValueFactory = _ => "project:default" };
        return new Command("grant", "Give a user a role on a scope") { name, role, scope }.Does(async context =>
        {
            await context.Client.Access.GrantAsync(
                context.Get(name), new Grant(context.Get(role), context.Get(scope)), context.Cancellation);
            Console.Error.WriteLine(context.Get(role).Equals("none", StringComparison.OrdinalIgnoreCase)
                ? $"{context.Get(name)} has no role of their own on {context.Get(scope)} now"
                : $"{context.Get(name)} is now {context.Get(role)} on {context.Get(scope)}");
        });
    }

    private static Command PasswordVerb(Argument<string> name)
    {
        var current = new Option<bool>("--current")
        {
            Description = "Ask for the present password first: whoever is no administrator needs it to change their own",
        };
        return new Command("password", "Set a user's password; asks for it") { name, current }.Does(async context =>
        {
            var old = context.Get(current) ? SecretPrompt.Read("Present password: ") : null;
            var change = new UserChange(Password: SecretPrompt.ReadNew("New password"), CurrentPassword: old);
            await context.Client.Access.ChangeUserAsync(context.Get(name), change, context.Cancellation);
            Console.Error.WriteLine($"{context.Get(name)} has a new password and is signed out of every browser; tokens stay valid");
        });
    }

    private static Command DeleteVerb(Argument<string> name) =>
        new Command("delete", "Delete a user with tokens and roles; what they did stays theirs by name") { name }.Does(async context =>
        {
            await context.Client.Access.DeleteUserAsync(context.Get(name), context.Cancellation);
            Console.Error.WriteLine($"Deleted {context.Get(name)}");
        });

    private static Command ChangeVerb(string verb, string help, Argument<string> name, Func<RemoteContext, UserChange> change) =>
        new Command(verb, help) { name }.Does(async context =>
        {
            await context.Client.Access.ChangeUserAsync(context.Get(name), change(context), context.Cancellation);
            Console.Error.WriteLine($"Done: {verb} {context.Get(name)}");
        });
}
