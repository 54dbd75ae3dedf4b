using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Fix = Microsoft.CodeAnalysis.CSharp.Testing.CSharpCodeFixVerifier<DriverSdk.Analyzers.Tests.RuleVerifier.DigitAnalyzer, DriverSdk.Analyzers.Tests.RuleVerifier.DigitFix, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;
using Verify = Microsoft.CodeAnalysis.CSharp.Testing.CSharpAnalyzerVerifier<DriverSdk.Analyzers.Tests.RuleVerifier.DigitAnalyzer, Microsoft.CodeAnalysis.Testing.DefaultVerifier>;

namespace DriverSdk.Analyzers.Tests.RuleVerifier;


[TestClass]
public sealed class VerifierTests
{
    [TestMethod]
    public Task MarkedDiagnostic_Passes() => Verify.VerifyAnalyzerAsync("class C { int x = [|7|]; int y = {|TST0001:7|}; }");

    [TestMethod]
    public Task ExpectedDiagnostic_ByKeyArgumentsAndSpan_Passes() => Verify.VerifyAnalyzerAsync(
        "class C { int x = {|#0:7|}; int y = 7; }",
        Verify.Diagnostic().WithLocation(0).WithArguments(7),
        Verify.Diagnostic("TST0001").WithSpan(1, 30, 1, 31).WithMessage("Number 7 is a seven"));

    [TestMethod]
    public async Task MissingDiagnostic_Fails()
    {
        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Verify.VerifyAnalyzerAsync("class C { int x = [|8|]; }"));

        StringAssert.Contains(error.Message, "expected, not reported: Warning TST0001 at /0/Test0.cs(1,19)-(1,20)");
    }

    [TestMethod]
    public async Task ExtraDiagnostic_Fails()
    {
        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Verify.VerifyAnalyzerAsync("class C { int x = 7; }"));

        StringAssert.Contains(error.Message, "reported, not expected: /0/Test0.cs(1,19): warning TST0001");
    }

    [TestMethod]
    public async Task WrongArgumentOrPlace_Fails()
    {
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            Verify.VerifyAnalyzerAsync("class C { int x = {|#0:7|}; }", Verify.Diagnostic().WithLocation(0).WithArguments(8)));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            Verify.VerifyAnalyzerAsync("class C { int x = 7; }", Verify.Diagnostic().WithLocation(1, 18)));
    }

    [TestMethod]
    public Task CompilerError_Fails() =>
        Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Verify.VerifyAnalyzerAsync("class C { int x = true; }"));

    [TestMethod]
    public Task CompilerError_Expected_Passes() => Verify.VerifyAnalyzerAsync("class C { int x = {|CS0029:true|}; }");

    [TestMethod]
    public Task CodeFix_IsAppliedToAFixedPoint() =>
        Fix.VerifyCodeFixAsync("class C { int x = [|7|]; int y = [|7|] + [|7|]; }", "class C { int x = 8; int y = 8 + 8; }");

    [TestMethod]
    public Task CodeFix_NotEnough_Fails() => Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
        Fix.VerifyCodeFixAsync("class C { int x = [|7|]; int y = [|7|]; }", "class C { int x = 8; int y = [|7|]; }"));

    [TestMethod]
    public async Task CodeFix_FixOne_StopsAfterTheFirst()
    {
        var test = new CSharpCodeFixTest<DigitAnalyzer, DigitFix, DefaultVerifier>
        {
            TestCode = "class C { int x = [|7|]; int y = [|7|]; }",
            FixedCode = "class C { int x = 8; int y = [|7|]; }",
            CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne,
            NumberOfIncrementalIterations = 1,
        };

        await test.RunAsync();
    }

    [TestMethod]
    public async Task FixAll_InEachScope_ReachesAsFarAsItShould()
    {
        var test = new CSharpCodeFixTest<DigitAnalyzer, DigitFix, DefaultVerifier> { NumberOfIncrementalIterations = 3 };
        test.TestState.Sources.Add("class C { int x = [|7|]; int y = [|7|]; }");
        test.TestState.Sources.Add("class D { int x = [|7|]; }");
        test.FixedState.Sources.Add("class C { int x = 8; int y = 8; }");
        test.FixedState.Sources.Add("class D { int x = 8; }");

        await test.RunAsync();
    }

    [TestMethod]
    public async Task WrongNumberOfIterations_Fails()
    {
        var test = new CSharpCodeFixTest<DigitAnalyzer, DigitFix, DefaultVerifier>
        {
            TestCode = "class C { int x = [|7|]; }",
            FixedCode = "class C { int x = 8; }",
            NumberOfIncrementalIterations = 2,
        };

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => test.RunAsync());
    }
}
