using Weighhouse.Access;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Users;

/// <summary>Users as MLflow's basic-auth app manages them.</summary>
internal static class UserHandlers
{
    /// <summary>MLflow lets everybody read what no permission speaks of, by default: the nearest here is a viewer of the project.</summary>
    private static readonly Grant First = new(Role.Viewer, Scope.OfProject(Scope.DefaultProject));

    private static readonly Grant Administrator = new(Role.Admin, Scope.Server);

    public static readonly MlflowHandler Create = Handle.Json(
        static fields => new NewUser(fields.Required("username"), fields.Required("password"), First.Role, First.Scope),
        static (call, user) => call.Users.CreateAsync(call.Caller, user, call.Cancellation),
        UserJson.WriteMember);

    public static readonly MlflowHandler Get = Handle.Of(
        static fields => fields.Required("username"),
        static async (call, name) => MlflowReply.Json(
            InWords(await call.Users.GetAsync(call.Caller, name, call.Cancellation), name), UserJson.WriteMember));

    public static readonly MlflowHandler UpdatePassword = Handle.Of(
        static fields => (
            Name: fields.Required("username"),
            Change: new PasswordChange(fields.Required("password"), fields.Text("current_password"))),
        static async (call, request) => MlflowReply.Done(InWords(
            await call.Users.ChangePasswordAsync(call.Caller, request.Name, request.Change, call.Cancellation), request.Name)));

    public static readonly MlflowHandler UpdateAdmin = Handle.Of(
        static fields =>
        {
            if (!fields.Has("is_admin")) fields.Problems.Missing("is_admin");
            return (Name: fields.Required("username"), IsAdmin: fields.Flag("is_admin"));
        },
        static async (call, request) => MlflowReply.Done(InWords(
            request.IsAdmin
                ? await call.Users.GrantAsync(call.Caller, request.Name, Administrator, call.Cancellation)
                : await DemoteAsync(call, request.Name),
            request.Name)));

    public static readonly MlflowHandler Delete = Handle.Of(
        static fields => fields.Required("username"),
        static async (call, name) => MlflowReply.Done(
            InWords(await call.Users.DeleteAsync(call.Caller, name, call.Cancellation), name)));

    /// <summary>Scripts look for a user and match these words when there is none.</summary>
    private static Result<T> InWords<T>(Result<T> result, string name) => result.Error is { Code: ErrorCode.NotFound } error
        ? error with { Message = $"User with username={PlainText.Cut(name, 100)} not found" }
        : result;

    /// <summary>Takes away the administrator's role and no other that the user has on the whole server.</summary>
    private static async ValueTask<Result<Done>> DemoteAsync(MlflowCall call, string name)
    {
        var found = await call.Users.RoleOnAsync(call.Caller, name, Scope.Server, call.Cancellation);
        if (!found.TryGet(out var held, out var error)) return error;
        if (held.Role is not Role.Admin) return Done.Ok;
        var changed = await call.Users.GrantAsync(
            call.Caller,
            name,
            Administrator with { Role = Role.None },
            now => now.Role == held.Role ? null : Error.Conflict($"The role of '{name}' was just changed. Look again."),
            call.Cancellation);
        return changed.Map(static _ => Done.Value);
    }
}
