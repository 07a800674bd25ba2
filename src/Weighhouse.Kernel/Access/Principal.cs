namespace Weighhouse.Kernel;

public enum PrincipalKind
{
    /// <summary>Nobody in particular: allowed only what <see cref="Permission.Anyone"/> allows.</summary>
    Anonymous,
    /// <summary>The person at this machine, on a loopback listener without sign-in.</summary>
    Local,
    User,
    /// <summary>Weighhouse itself: background jobs.</summary>
    System,
}

/// <summary>A role on a scope.</summary>
public readonly record struct Grant(Role Role, Scope Scope);

/// <summary>Who is asking, with all they may do, settled once at the door. Every contract method of a module takes one.</summary>
/// <param name="Name">The user's name as logs, audit and run ownership show it.</param>
/// <param name="Ceiling">A token's scope may lower what its owner may do; it never raises it.</param>
public sealed record Principal(PrincipalKind Kind, string Name, IReadOnlyList<Grant> Grants, Role Ceiling = Role.Admin)
{
    public static readonly Principal Anonymous = new(PrincipalKind.Anonymous, "anonymous", []);

    public static readonly Principal Local = new(PrincipalKind.Local, "local", [new Grant(Role.Admin, Scope.Server)])
    {
        Proof = new Proof(ProofKind.Loopback),
    };

    public static readonly Principal System = new(PrincipalKind.System, "system", [new Grant(Role.Admin, Scope.Server)]);

    /// <summary>How they proved who they are. It grants nothing; what a stolen credential could prolong itself with asks for it.</summary>
    public Proof Proof { get; init; }

    public bool Can(Permission permission, Scope scope)
    {
        if (permission is Permission.Anyone) return true;
        if (Kind is PrincipalKind.Anonymous) return false;
        if (permission is Permission.SignedIn) return true;
        if (!Ceiling.Allows(permission)) return false;
        foreach (var grant in Grants)
            if (grant.Scope.Covers(scope) && grant.Role.Allows(permission)) return true;
        return false;
    }

    /// <summary>Whether the permission is held on at least one scope: the coarse check at the endpoint; the object's own follows.</summary>
    public bool CanSomewhere(Permission permission)
    {
        if (permission is Permission.Anyone) return true;
        if (Kind is PrincipalKind.Anonymous) return false;
        if (permission is Permission.SignedIn) return true;
        if (!Ceiling.Allows(permission)) return false;
        foreach (var grant in Grants)
            if (grant.Role.Allows(permission)) return true;
        return false;
    }

    /// <summary>Null when allowed; otherwise the error to answer with.</summary>
    public Error? Refuse(Permission permission, Scope scope)
    {
        if (Can(permission, scope)) return null;
        if (!Ceiling.Allows(permission) && (this with { Ceiling = Role.Admin }).Can(permission, scope))
        {
            return Error.Denied(
                $"This token may do at most what a {Ceiling.ToString().ToLowerInvariant()} may, which is not '{permission}'. "
                + $"'{Name}' may on {scope}: use a token with a higher role, or sign in with a password.");
        }

        return Kind is PrincipalKind.Anonymous
            ? new Error(ErrorCode.Unauthenticated,
            "Sign in first: send a token as 'Authorization: Bearer wh_…' or a user name and password as Basic.")
            : Error.Denied($"'{Name}' lacks the permission '{permission}' on {scope}. Ask an administrator for a role that has it.");
    }
}
