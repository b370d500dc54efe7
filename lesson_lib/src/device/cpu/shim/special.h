// Functions that CUDA has and <cmath> has not. Those for float are computed in double.

#define __CU_BOTH(name) __CU_F(float, name##f, (float x), float(name(double(x))))
__CU_F(double, rcbrt, (double x), 1.0 / cbrt(x))
__CU_BOTH(rcbrt)
__CU_F(double, rhypot, (double x, double y), 1.0 / hypot(x, y))
__CU_F(float, rhypotf, (float x, float y), float(1.0 / hypot(double(x), double(y))))
__CU_F(double, norm3d, (double x, double y, double z), hypot(hypot(x, y), z))
__CU_F(float, norm3df, (float x, float y, float z), float(norm3d(x, y, z)))
__CU_F(double, rnorm3d, (double x, double y, double z), 1.0 / norm3d(x, y, z))
__CU_F(float, rnorm3df, (float x, float y, float z), float(rnorm3d(x, y, z)))
__CU_F(double, norm4d, (double x, double y, double z, double w), hypot(hypot(x, y), hypot(z, w)))
__CU_F(float, norm4df, (float x, float y, float z, float w), float(norm4d(x, y, z, w)))
__CU_F(double, rnorm4d, (double x, double y, double z, double w), 1.0 / norm4d(x, y, z, w))
__CU_F(float, rnorm4df, (float x, float y, float z, float w), float(rnorm4d(x, y, z, w)))
__attribute__((unused)) static inline double norm(int n, const double* x) {
  double all = 0;
  for (int i = 0; i < n; ++i) all = hypot(all, x[i]);
  return all;
}
__attribute__((unused)) static inline float normf(int n, const float* x) {
  double all = 0;
  for (int i = 0; i < n; ++i) all = hypot(all, double(x[i]));
  return float(all);
}
__CU_F(double, rnorm, (int n, const double* x), 1.0 / norm(n, x))
__CU_F(float, rnormf, (int n, const float* x), 1.0f / normf(n, x))

// sin and cos of πx, exact where the result is −1, 0 or 1.
__attribute__((unused)) static inline double sinpi(double x) {
  double rest = x - 2 * rint(x / 2); // in [−1, 1]
  if (fabs(rest) > 0.5) rest = copysign(1.0, rest) - rest;
  return rest == 0 ? copysign(0.0, x) : sin(M_PI * rest);
}
__attribute__((unused)) static inline double cospi(double x) {
  double rest = fabs(x - 2 * rint(x / 2)); // in [0, 1]
  if (rest == 0.5) return 0;
  return rest < 0.25 ? cos(M_PI * rest) : sin(M_PI * (0.5 - rest));
}
__CU_BOTH(sinpi)
__CU_BOTH(cospi)
__attribute__((unused)) static inline void sincospi(double x, double* s, double* c) { *s = sinpi(x), *c = cospi(x); }
__attribute__((unused)) static inline void sincospif(float x, float* s, float* c) { *s = sinpif(x), *c = cospif(x); }

// ---- the error function and its kin
__attribute__((unused)) static inline double erfcx(double x) {
  if (x < 25) return exp(x * x) * erfc(x);
  double q = 1 / (2 * x * x);
  return M_2_SQRTPI / 2 / x * (1 - q * (1 - 3 * q * (1 - 5 * q)));
}
// The x with erf(x) = y, from y in [0, 1] and 1 − y: Giles' approximation (2012), which has six
// digits, then two steps of Halley's method.
__attribute__((unused)) static inline double __cu_erfinv(double y, double rest) {
  static constexpr double near[] = {2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941};
  static constexpr double far[] = {-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682};
  if (rest == 0) return __builtin_inf();
  double w = -log(rest * (1 + y));
  const double* polynomial = w < 5 ? near : far;
  w = w < 5 ? w - 2.5 : sqrt(w) - 3;
  double x = 0;
  for (int i = 0; i < 9; ++i) x = x * w + polynomial[i];
  x *= y;
  for (int step = 0; step < 2; ++step) {
    double error = (y < 0.5 ? erf(x) - y : rest - erfc(x)) / (M_2_SQRTPI * exp(-x * x));
    x -= error / (1 + x * error);
  }
  return x;
}
__CU_F(double, erfinv, (double y), y < 0 ? -__cu_erfinv(-y, 1 + y) : __cu_erfinv(y, 1 - y))
__CU_F(double, erfcinv, (double y), y > 1 ? -__cu_erfinv(y - 1, 2 - y) : __cu_erfinv(1 - y, y))
__CU_F(double, normcdf, (double x), 0.5 * erfc(-x * M_SQRT1_2))
__CU_F(double, normcdfinv, (double p), -M_SQRT2 * erfcinv(2 * p))
__CU_BOTH(erfcx) __CU_BOTH(erfinv) __CU_BOTH(erfcinv) __CU_BOTH(normcdf) __CU_BOTH(normcdfinv)

// ---- modified Bessel functions of the first kind, by their series
__attribute__((unused)) static inline double __cu_bessel(int order, double x) {
  double term = order ? x / 2 : 1, all = term, square = x * x / 4;
  for (int k = 1; k < 1000 && fabs(term) > fabs(all) * 1e-17; ++k) {
    term *= square / (double(k) * (k + order));
    all += term;
  }
  return all;
}
__CU_F(double, cyl_bessel_i0, (double x), __cu_bessel(0, x))
__CU_F(double, cyl_bessel_i1, (double x), __cu_bessel(1, x))
__CU_BOTH(cyl_bessel_i0) __CU_BOTH(cyl_bessel_i1)
#undef __CU_BOTH

// The same names for float.
#define __CU_FLOAT(name) __CU_F(float, name, (float x), name##f(x))
__CU_FLOAT(rcbrt) __CU_FLOAT(sinpi) __CU_FLOAT(cospi) __CU_FLOAT(erfcx) __CU_FLOAT(erfinv) __CU_FLOAT(erfcinv) __CU_FLOAT(normcdf) __CU_FLOAT(normcdfinv)
#undef __CU_FLOAT
__CU_F(float, rhypot, (float x, float y), rhypotf(x, y))
