using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace DriverSdk.Analyzers.Tests.Rules;

/// <summary>The driver that test code is a part of: it is compiled against the real SDK.</summary>
internal static class Nic
{
    public const string Surroundings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading.Tasks;
        global using DriverSdk.Contract.Addressing;
        global using DriverSdk.Kernel;
        global using DriverSdk.Kernel.Annotations;
        global using DriverSdk.Kernel.Deferred;
        global using DriverSdk.Kernel.Devices;
        global using DriverSdk.Kernel.Dma;
        global using DriverSdk.Kernel.Interrupts;
        global using DriverSdk.Kernel.Locking;
        global using DriverSdk.Kernel.Memory;
        global using DriverSdk.Kernel.Scheduling;
        global using static DriverSdk.Kernel.Dma.DmaRaw;

        public abstract partial class Nic
        {
            protected const DmaDirection Dir = DmaDirection.ToDevice;
            protected readonly Device _device;
            protected readonly KernelMemory _memory;
            protected readonly Spinlock _lock = new("nic");
            protected readonly Spinlock _other = new("nic-other");
            protected readonly KernelMutex _mutex = new("nic");
            protected readonly StaticKey _key = new("nic");
            protected readonly IrqController _irqs;
            protected readonly Workqueue _queue;
            protected readonly Gfp _gfp;
            protected DmaHandle _handle;
            protected KernelBuffer _buffer;
            protected bool _up;

            protected abstract bool IsReady();
            protected abstract void Touch();
            protected abstract void Post(Iova iova);
            protected abstract void Keep(DmaHandle handle);
        }

        """;

    public static IEnumerable<Microsoft.CodeAnalysis.MetadataReference> References { get; } =
    [
        Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(typeof(Kernel.Dma.DmaRaw).Assembly.Location),
        Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(typeof(Contract.Addressing.Iova).Assembly.Location),
    ];

    /// <summary>Members of the driver as a source file; markup stays.</summary>
    public static string Source(string members) => $"public abstract partial class Nic\n{{\n{members}\n}}\n";

    /// <summary>Verifies members of the driver; markup says what is reported.</summary>
    public static Task VerifyAsync<TAnalyzer>(string members, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
        {
            TestCode = Source(members),
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck,
        };
        Surround(test.TestState);
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    public static void Surround(SolutionState state)
    {
        state.Sources.Add(("/0/Nic.cs", Surroundings));
        state.AdditionalReferences.AddRange(References);
    }
}
