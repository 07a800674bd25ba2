using Weighhouse.Access.Users;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Access;

public sealed class ScopeTextTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;
    private const string ProjectCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    private const string NameCharacters = "aZ09 :/*%\\'\"é\u6a21\u7ec4\u001f.-_";

    [Fact]
    public void A_scope_comes_back_from_its_text()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var scope = random.Next(8) switch
            {
                0 => Scope.Server,
                1 => Scope.OfProject(Text(random, ProjectCharacters, 64)),
                _ => new Scope(
                    Text(random, ProjectCharacters, 64), Scope.Kinds[random.Next(Scope.Kinds.Count)], Text(random, NameCharacters, 200)),
            };

            Assert.Equal(scope, ScopeText.Parse(scope.ToString()).Value);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("**")]
    [InlineData(" *")]
    [InlineData("project:")]
    [InlineData("project:A")]
    [InlineData("project:a b")]
    [InlineData("project:a/")]
    [InlineData("project:a/experiment")]
    [InlineData("project:a/experiment:")]
    [InlineData("project:a/:1")]
    [InlineData("project:a/Experiment:1")]
    [InlineData("project:a/table:1")]
    [InlineData("project:*")]
    [InlineData("Project:a")]
    [InlineData("project:a/model:b\0c")]
    public void What_is_no_scope_is_refused(string? text)
    {
        var refused = ScopeText.Parse(text);

        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Equal("scope", refused.Error?.Field);
    }

    [Fact]
    public void Half_a_character_is_no_name() => Assert.True(ScopeText.Parse("project:a/model:" + (char)0xd800).IsFailure);

    [Fact]
    public void An_endless_text_is_refused_with_a_short_message()
    {
        Assert.True(ScopeText.Parse("project:a/model:" + new string('x', 1_001)).IsFailure);
        Assert.InRange(ScopeText.Parse(new string('x', 1_000_000)).Error!.Message.Length, 1, 400);
    }

    [Theory]
    [InlineData("viewer", Role.Viewer)]
    [InlineData("Admin", Role.Admin)]
    [InlineData("DEPLOYER", Role.Deployer)]
    public void A_role_is_read_in_any_case(string text, Role role) => Assert.Equal(role, RoleText.Parse(text, "role").Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("viewer,approver")]
    [InlineData(" viewer")]
    [InlineData("none")]
    [InlineData("owner")]
    public void What_is_no_role_is_refused(string? text) =>
        Assert.Equal(
            $"'{text}' is not a role: use viewer, contributor, approver, deployer, admin.", RoleText.Parse(text, "role").Error?.Message);

    [Fact]
    public void None_is_a_role_only_where_a_role_can_be_taken_away()
    {
        Assert.Equal(Role.None, RoleText.Parse("none", "role", mayBeNone: true).Value);
        Assert.True(RoleText.Parse("none", "role").IsFailure);
    }

    private static string Text(Random random, string characters, int lengthMax) =>
        new([.. Enumerable.Range(0, random.Next(1, lengthMax + 1)).Select(_ => characters[random.Next(characters.Length)])]);
}
