// Makes the threads of OpenMP wait with a bounded spin, unless the user has set how they wait.
//
// GNU's OpenMP, which LibTorch brings, lets a thread that waits spin for milliseconds before it
// sleeps. Alone on the machine that is the quickest; beside other work the spinning threads keep
// the cores from those they wait for (measurements: tests/benchmark/spin_bench.py). Its bound is
// read from the environment once, when the library is loaded, before main. So the program starts
// itself again with the bound in its environment: in a function of .preinit_array, which runs before
// any library's constructors (System V ABI, "Initialization and Termination Functions"), so that
// nothing has been set up yet and the second start costs the loading of the libraries alone.
#include <elf.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace {

// Iterations, a few microseconds. Tokens a second of a model of 2 layers of 64, length 64, two threads on 2 cores of an AMD
// EPYC with AVX-512, alone, beside one and two busy loops: 62,700, 23,800 and 21,300; with 3000, 66,000, 15,200 and 23,400;
// with 30,000, 61,800, 6,800 and 28,200; with 300,000, the run time's own bound, 61,200, 27,900 and 27,900; passive, 36,500,
// 33,700 and 33,100. At length 2,000 all are alike. The best of two runs each (tests/benchmark/spin_bench.py).
// 1000 loses nothing alone and keeps 0.54 of a fair share beside one loop, 0.64 beside two; passive waiting keeps all of it,
// but has half the speed alone.
char bound[] = "GOMP_SPINCOUNT=1000";

constexpr const char* kUsersChoice[] = {"GOMP_SPINCOUNT=", "OMP_WAIT_POLICY=", "KMP_BLOCKTIME="};
constexpr size_t kMostVariables = 4096;

// The C library is not set up yet: no allocation, no environment but the one handed over.
void bound_spin(int, char** argv, char** environment) {
  static char* bounded[kMostVariables + 2];
  size_t count = 0;
  for (; environment[count] != nullptr; ++count) {
    for (const char* name : kUsersChoice) {
      if (std::strncmp(environment[count], name, std::strlen(name)) == 0) return;
    }
    if (count == kMostVariables) return;
    bounded[count] = environment[count];
  }
  bounded[count] = bound;
  // The path that the system was given to start this program, or its loader, from.
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (path != nullptr) ::execve(path, argv, bounded);
  // Where that fails the threads spin as long as they like, which is slower at worst.
}

}  // namespace

// NOLINTNEXTLINE: the name of the section is the ABI's
__attribute__((section(".preinit_array"),
               used)) void (*const bound_spin_first)(int, char**, char**) = bound_spin;
