using Weighhouse.Kernel;

namespace Weighhouse.Tests.Access;

/// <summary>The one place that decides, against a table written by hand.</summary>
public sealed class PrincipalTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    /// <summary>A row a role, in the order of the columns: View, Contribute, Approve, Deploy, Administer.</summary>
    private static readonly Dictionary<Role, string> Matrix = new()
    {
        [Role.None] = "-----",
        [Role.Viewer] = "v----",
        [Role.Contributor] = "vc---",
        [Role.Approver] = "vca--",
        [Role.Deployer] = "vc-d-",
        [Role.Admin] = "vcadm",
    };

    private static readonly Permission[] Columns =
        [Permission.View, Permission.Contribute, Permission.Approve, Permission.Deploy, Permission.Administer];

    private static readonly Scope[] Scopes =
    [
        Scope.Server,
        Scope.OfProject("red"),
        Scope.OfProject("blue"),
        Scope.Experiment("red", new ExperimentId(1)),
        Scope.Experiment("red", new ExperimentId(2)),
        Scope.Experiment("blue", new ExperimentId(1)),
        Scope.Model("red", "1"),
        Scope.Model("red", "a/b:c"),
    ];

    [Fact]
    public void Every_role_may_what_its_row_of_the_table_says_and_no_more()
    {
        foreach (var (role, row) in Matrix)
            for (var column = 0; column < Columns.Length; column++)
                Assert.True(role.Allows(Columns[column]) == (row[column] != '-'), $"{role} {Columns[column]}");
        Assert.Equal(Enum.GetValues<Role>().Order(), Matrix.Keys.Order());
        Assert.Equal(Enum.GetValues<Permission>().Except([Permission.Anyone, Permission.SignedIn]), Columns);
    }

    [Fact]
    public void A_refusal_says_whether_a_role_or_a_better_token_is_missing()
    {
        var grants = new[] { new Grant(Role.Admin, Scope.OfProject("red")) };
        var token = new Principal(PrincipalKind.User, "ann", grants, Role.Contributor);

        Assert.Equal(
            "This token may do at most what a contributor may, which is not 'Administer'. 'ann' may on project:red: use a token with a "
            + "higher role, or sign in with a password.",
            token.Refuse(Permission.Administer, Scope.OfProject("red"))?.Message);
        Assert.Equal(
            "'ann' lacks the permission 'Administer' on project:blue. Ask an administrator for a role that has it.",
            token.Refuse(Permission.Administer, Scope.OfProject("blue"))?.Message);
        Assert.Null(token.Refuse(Permission.Contribute, Scope.OfProject("red")));
        Assert.Equal(ErrorCode.Unauthenticated, Principal.Anonymous.Refuse(Permission.View, Scope.Server)?.Code);
    }

    [Fact]
    public void A_grant_reaches_its_own_scope_and_what_is_inside_it_only()
    {
        foreach (var granted in Scopes)
            foreach (var asked in Scopes)
            {
                var caller = new Principal(PrincipalKind.User, "ann", [new Grant(Role.Viewer, granted)]);
                Assert.True(caller.Can(Permission.View, asked) == IsInside(asked, granted), $"a role on {granted}, asked for {asked}");
            }
    }

    [Fact]
    public void A_principal_can_what_one_of_its_grants_allows_below_its_ceiling()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var grants = Enumerable.Range(0, random.Next(4))
                .Select(_ => new Grant(Any<Role>(random), Scopes[random.Next(Scopes.Length)])).ToArray();
            var ceiling = Any<Role>(random);
            var caller = new Principal(PrincipalKind.User, "ann", grants, ceiling);
            var (permission, scope) = (Columns[random.Next(Columns.Length)], Scopes[random.Next(Scopes.Length)]);

            var expected = Has(ceiling, permission) && grants.Any(grant => Has(grant.Role, permission) && IsInside(scope, grant.Scope));

            var what = $"{permission} on {scope} with [{string.Join(", ", grants)}] below {ceiling}";
            Assert.True(caller.Can(permission, scope) == expected, what);
            Assert.True(caller.Refuse(permission, scope) is null == expected, what);
            Assert.True(!expected || caller.CanSomewhere(permission), what);
            Assert.True(caller.CanSomewhere(permission) == Scopes.Any(any => caller.Can(permission, any)), what);
        }
    }

    [Fact]
    public void Nobody_in_particular_may_only_what_anyone_may()
    {
        Assert.True(Principal.Anonymous.Can(Permission.Anyone, Scope.Server));
        foreach (var permission in Enum.GetValues<Permission>().Except([Permission.Anyone]))
        {
            Assert.False(Principal.Anonymous.Can(permission, Scope.Server));
            Assert.False(Principal.Anonymous.CanSomewhere(permission));
            Assert.Equal(ErrorCode.Unauthenticated, Principal.Anonymous.Refuse(permission, Scope.Server)!.Code);
        }
    }

    [Fact]
    public void Even_with_grants_an_anonymous_principal_may_nothing()
    {
        var odd = Principal.Anonymous with { Grants = [new Grant(Role.Admin, Scope.Server)] };
        Assert.False(odd.Can(Permission.View, Scope.Server));
        Assert.False(odd.CanSomewhere(Permission.View));
    }

    [Fact]
    public void A_role_includes_another_when_it_may_all_that_the_other_may()
    {
        foreach (var (role, row) in Matrix)
            foreach (var (other, otherRow) in Matrix)
                Assert.True(role.Includes(other) == otherRow.All(letter => letter == '-' || row.Contains(letter, StringComparison.Ordinal)),
                    $"{role} includes {other}");
        Assert.False(Role.Deployer.Includes(Role.Approver));
        Assert.False(Role.Approver.Includes(Role.Deployer));
    }

    private static bool Has(Role role, Permission permission) => Matrix[role][Array.IndexOf(Columns, permission)] != '-';

    private static bool IsInside(Scope inner, Scope outer) =>
        outer == Scope.Server || outer == inner || (outer.Kind is null && outer.Project == inner.Project && inner.Project is not null);

    private static T Any<T>(Random random)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        return values[random.Next(values.Length)];
    }
}
