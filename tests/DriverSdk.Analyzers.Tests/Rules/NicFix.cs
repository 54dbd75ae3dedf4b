using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace DriverSdk.Analyzers.Tests.Rules;

/// <summary>Verifies a code fix on members of the driver: one by one, and by fix-all in every scope.</summary>
internal static class NicFix
{
    public static Task VerifyAsync<TAnalyzer, TFix>(string members, string fixedMembers)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = Source(members),
            FixedCode = Source(fixedMembers),
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck,
        };
        Nic.Surround(test.TestState);
        test.FixedState.Sources.Add(test.TestState.Sources[1]);
        return test.RunAsync();
    }

    /// <summary>The fix must not be offered.</summary>
    public static Task VerifyNotOfferedAsync<TAnalyzer, TFix>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = Source(members),
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck,
        };
        Nic.Surround(test.TestState);
        return test.RunAsync();
    }

    /// <summary>Indented as the formatter leaves it.</summary>
    private static string Source(string members) => Nic.Source(string.Join("\n", members.Split('\n').Select(line => line.Length == 0 ? line : "    " + line)));
}
