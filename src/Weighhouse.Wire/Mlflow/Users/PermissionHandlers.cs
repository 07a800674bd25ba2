using Weighhouse.Access;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Users;

/// <summary>
/// One user's permission on one object: here a role on the object's scope. Rights only add up here, so that a permission cannot take
/// away what a wider role gives: asking for that is refused instead of answered as if it were done.
/// </summary>
internal sealed class PermissionHandlers
{
    public static readonly PermissionHandlers OfExperiments = new(PermissionKind.Experiment);
    public static readonly PermissionHandlers OfModels = new(PermissionKind.Model);

    private readonly PermissionKind _kind;

    private PermissionHandlers(PermissionKind kind)
    {
        _kind = kind;
        Create = Handle.Of(BindGrant, async (call, asked) => Answer(asked, await SetAsync(call, asked, Exists)));
        Update = Handle.Of(BindGrant, async (call, asked) => MlflowReply.Done(await SetAsync(call, asked, Missing)));
        Delete = Handle.Of(BindUser, async (call, asked) => MlflowReply.Done(await SetAsync(call, asked, Missing)));
        Get = Handle.Of(BindUser, GetAsync);
    }

    public MlflowHandler Create { get; }

    public MlflowHandler Get { get; }

    public MlflowHandler Update { get; }

    public MlflowHandler Delete { get; }

    private Asked BindUser(MlflowFields fields) => new(_kind.Bind(fields), fields.Required("username"), Role.None);

    private Asked BindGrant(MlflowFields fields)
    {
        var asked = BindUser(fields) with { Role = PermissionWords.Bind(fields) };
        return asked with { Denies = asked.Role is Role.None };
    }

    private async ValueTask<MlflowReply> GetAsync(MlflowCall call, Asked asked)
    {
        if (!(await _kind.FindAsync(call, asked.Subject)).TryGet(out var scope, out var error)) return error;
        var found = await call.Users.RoleOnAsync(call.Caller, asked.User, scope, call.Cancellation);
        if (!found.TryGet(out var held, out error)) return error;
        return Missing(asked, held.Role) is { } missing ? missing : Answer(asked with { Role = held.Role }, held);
    }

    private async ValueTask<Result<ScopedRole>> SetAsync(MlflowCall call, Asked asked, Func<Asked, Role, Error?> refuse)
    {
        if (!(await _kind.FindAsync(call, asked.Subject)).TryGet(out var scope, out var error)) return error;
        return await call.Users.GrantAsync(
            call.Caller,
            asked.User,
            new Grant(asked.Role, scope),
            held => refuse(asked, held.Role) ?? WhyNotLess(asked, held.Wider),
            call.Cancellation);
    }

    private MlflowReply Answer(Asked asked, Result<ScopedRole> granted) => MlflowReply.Json(granted, (json, held) =>
    {
        json.WriteStartObject(_kind.Member);
        UserJson.WritePermission(json, _kind, asked.Subject, held.User, asked.Role);
        json.WriteEndObject();
    });

    private Error? Exists(Asked asked, Role held) => held is Role.None
        ? null
        : Error.Exists(
            $"{_kind.Word} permission ({_kind.SubjectField}={asked.Subject}, username={asked.User}) already exists. "
            + "Update it, or delete it first.");

    private Error? Missing(Asked asked, Role held) => held is not Role.None
        ? null
        : Error.NotFound($"{_kind.Word} permission with {_kind.SubjectField}={asked.Subject} and username={asked.User} not found");

    /// <summary>MLflow's own permissions replace its default; ours only add. A word that would promise less is not taken.</summary>
    private static Error? WhyNotLess(Asked asked, IReadOnlyList<Grant> wider)
    {
        if (!asked.Denies || wider.Count == 0) return null;
        var grants = string.Join(", ", wider.Select(static grant => $"{grant.Role.ToString().ToLowerInvariant()} on {grant.Scope}"));
        return Error.Precondition(
            $"'{asked.User}' has the role {grants}, which reaches this too, and {PermissionWords.None} would not take it away. "
            + $"Take that role away instead: weigh users grant {asked.User} none '{wider[0].Scope}'");
    }

    /// <param name="Subject">The experiment's id or the model's name.</param>
    /// <param name="Denies">Whether the user is to be kept out, not only to lose what was granted here.</param>
    private readonly record struct Asked(string Subject, string User, Role Role, bool Denies = false);
}
