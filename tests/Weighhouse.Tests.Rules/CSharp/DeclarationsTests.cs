namespace Weighhouse.Tests.Rules.CSharp;

/// <summary>A rule that cannot fail is no rule: the reader of C# is tried on samples.</summary>
public class DeclarationsTests
{
    private const string Sample = """""
        namespace A.B;

        [Marked("public class NotThis { }")]
        public sealed partial class Outer<T>(int x = 3) where T : class
        {
            // public class NorThis { }
            private static readonly string Text = $"a {x + "}"} \" {{ }}";
            private readonly List<int> _list = [1, 2];
            private readonly Dictionary<string, int> _table = new()
            {
                ["a"] = 1,
            };

            [Fact]
            public int Long(char c = '{')
            {
                if (x > 1)
                {
                    return """ { "raw" """.Length;
                }

                return 1;
            }

            public int Short => x switch
            {
                1 => 2,
                _ => 3,
            };

            public static bool operator ==(Outer<T> a, Outer<T> b) => true;

            public record Nested(int A);
        }

        internal readonly record struct Small(int A, int B);
        public delegate void Called(ReadOnlySpan<byte> bytes);
        """"";

    [Fact]
    public void Types_are_found_with_their_visibility()
    {
        var types = Declarations.Of(Sample).Types;

        Assert.Equal(["Outer", "Nested", "Small", "Called"], types.Select(type => type.Name));
        Assert.Equal(["Outer", "Called"], types.Where(type => type.IsPublic && !type.IsNested).Select(type => type.Name));
        Assert.Equal(4, types[0].Line);
    }

    [Fact]
    public void Members_are_measured_without_their_attributes()
    {
        var members = Declarations.Of(Sample).Members;

        Assert.Equal([(15, 9), (25, 5), (31, 1)], members.Select(member => (member.Line, member.Lines)));
    }

    [Fact]
    public void Comments_and_literals_are_no_code()
    {
        var code = SourceText.CodeOnly("""a = "b // c"; /* d "e */ f('"', @"g""h", $"{i("j")}k"); // l""");

        Assert.Equal("""a =         ;            f(   ,        ,             );     """, code);
    }

    [Fact]
    public void Literals_are_found_whole()
    {
        var literals = SourceText.Literals("""a = "b"; c($"{d("e")}f", @"g"); // "h" """).Select(literal => literal.Text);

        Assert.Equal(["\"b\"", "$\"{d(\"e\")}f\"", "@\"g\""], literals);
    }
}
